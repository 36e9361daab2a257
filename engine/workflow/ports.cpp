#include "engine/workflow/ports.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr std::string_view file_prefix = "file:";
constexpr std::size_t most_ports = 256;

class PortReader {
 public:
  PortReader(StageDraft& stage, LoadContext& context)
      : stage_(stage), diagnostics_(context.diagnostics), scope_(context.task_scope(stage)) {}

  void read_inputs(LaunchDraft& launch) {
    if (launch.inputs_table == nullptr) return;
    if (launch.inputs_table->value.members.size() > most_ports) {
      diagnostics_.error(launch.inputs_table->key_range,
                         "more than " + std::to_string(most_ports) + " inputs");
      launch.inputs_broken = true;
      return;
    }
    for (const TomlMember& member : launch.inputs_table->value.members) {
      if (!check_name(member.key, "input", member.key_range, diagnostics_)) launch.inputs_broken = true;
      add_input(launch, read_input(member));
    }
  }

  void read_outputs() {
    if (stage_.outputs_table == nullptr) return;
    if (stage_.outputs_table->value.members.size() > most_ports) {
      diagnostics_.error(stage_.outputs_table->key_range,
                         "more than " + std::to_string(most_ports) + " outputs");
      stage_.outputs_broken = true;
      return;
    }
    for (const TomlMember& member : stage_.outputs_table->value.members) {
      if (!check_name(member.key, "output", member.key_range, diagnostics_)) stage_.outputs_broken = true;
      stage_.outputs.push_back(read_output(member));
    }
  }

 private:
  InputDraft read_input(const TomlMember& member) {
    InputDraft input;
    input.name = member.key;
    input.range = member.key_range;
    input.value_range = member.value.range;
    if (member.value.is_array()) {
      input.is_list = true;
      if (member.value.items.empty()) {
        diagnostics_.error(member.value.range, "the input '" + member.key + "' is an empty list");
        input.broken = true;
      }
      for (const TomlValue& item : member.value.items) read_item(item, input);
    } else {
      read_item(member.value, input);
    }
    return input;
  }

  void read_item(const TomlValue& value, InputDraft& input) {
    InputItem item;
    item.range = value.range;
    bool good = false;
    if (!value.is_text())
      diagnostics_.error(value.range, "an input can't be " + std::string(kind_name(value.kind)), hint());
    else if (value.text.starts_with(file_prefix))
      good = read_file(value, item);
    else
      good = read_reference(value, item);
    if (!good) input.broken = true;
    if (good) input.items.push_back(std::move(item));
  }

  static std::string hint() { return "write \"stage.output\" or \"file:path\""; }

  bool read_file(const TomlValue& value, InputItem& item) {
    auto filled = fill_text(value, scope_, diagnostics_);
    if (!filled) return false;
    item.is_file = true;
    item.file = *std::move(filled);
    // Without the prefix: the text begins with it, and no placeholder can.
    std::string& text = item.file.constant ? std::get<std::string>(item.file.constant->items.front())
                                           : item.file.parts.front().text;
    text.erase(0, file_prefix.size());
    if (text.empty() && !item.file.constant) item.file.parts.erase(item.file.parts.begin());
    if (!item.file.constant || !text.empty()) return true;
    diagnostics_.error(value.range, "no path stands after 'file:'", hint());
    return false;
  }

  bool read_reference(const TomlValue& value, InputItem& item) {
    const std::string& text = value.text;
    const std::size_t dot = text.find('.');
    const bool form = dot != std::string::npos && dot > 0 && dot + 1 < text.size() &&
                      text.find('.', dot + 1) == std::string::npos &&
                      text.find_first_of("/{} ") == std::string::npos;
    if (!form) {
      const bool path = text.find('/') != std::string::npos || text.starts_with("files:");
      diagnostics_.error(value.range, "'" + text + "' names no output of a stage",
                         path ? "a file is written \"file:" + text + "\"" : hint());
      return false;
    }
    item.stage = text.substr(0, dot);
    item.output = text.substr(dot + 1);
    item.value = &value;
    return true;
  }

  /// What stage and trials both take is one input. What only has the same name is another one.
  void add_input(LaunchDraft& launch, InputDraft input) {
    const std::string name = input.name;
    const auto named = [&](const InputDraft& other) { return other.name == name; };
    auto known = std::find_if(stage_.inputs.begin(), stage_.inputs.end(), named);
    if (known != stage_.inputs.end() && !is_same(*known, input)) {
      input.name = "trials." + name;
      known = stage_.inputs.end();
    }
    launch.inputs.push_back({name, static_cast<std::uint32_t>(known - stage_.inputs.begin()), false});
    if (known == stage_.inputs.end()) stage_.inputs.push_back(std::move(input));
  }

  static bool is_same(const InputDraft& a, const InputDraft& b) {
    const auto same_part = [](const Part& x, const Part& y) {
      return x.kind == y.kind && x.index == y.index && x.text == y.text;
    };
    const auto same_item = [&](const InputItem& x, const InputItem& y) {
      return x.is_file == y.is_file && x.stage == y.stage && x.output == y.output &&
             x.file.constant == y.file.constant &&
             std::equal(x.file.parts.begin(), x.file.parts.end(), y.file.parts.begin(), y.file.parts.end(),
                        same_part);
    };
    return a.broken || b.broken ||
           (a.is_list == b.is_list &&
            std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_item));
  }

  OutputDraft read_output(const TomlMember& member) {
    OutputDraft output;
    output.name = member.key;
    output.range = member.key_range;
    output.broken = true;
    if (!member.value.is_text()) {
      report_kind(member, "a text", diagnostics_, "the path of the output, relative to the run folder");
      return output;
    }
    auto filled = fill_text(member.value, scope_, diagnostics_);
    if (!filled) return output;
    const bool has_path = std::any_of(filled->parts.begin(), filled->parts.end(),
                                      [](const Part& part) { return part.kind == Part::Kind::key_path; });
    if (has_path) {
      diagnostics_.error(member.value.range, "an output can't be written beside an input file",
                         "use the key without '.path'");
      return output;
    }
    output.path = *std::move(filled);
    output.broken = false;
    return output;
  }

  StageDraft& stage_;
  Diagnostics& diagnostics_;
  Scope scope_;
};

}  // namespace

void read_ports(StageDraft& stage, LoadContext& context) {
  PortReader reader(stage, context);
  reader.read_inputs(stage.launch);
  if (stage.trials) reader.read_inputs(*stage.trials);
  reader.read_outputs();
}

}  // namespace sluice::workflow
