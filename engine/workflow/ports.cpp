#include "engine/workflow/ports.h"

#include <algorithm>
#include <unordered_map>

#include "engine/base/text.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr std::string_view file_prefix = "file:";
constexpr std::size_t most_ports = 256;

class PortReader {
 public:
  PortReader(StageDraft& stage, LoadContext& context)
      : stage_(stage),
        context_(context),
        diagnostics_(context.diagnostics),
        scope_(context.task_scope(stage)) {}

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
      InputDraft input = read_input(member);
      const auto known = std::find_if(stage_.inputs.begin(), stage_.inputs.end(),
                                      [&](const InputDraft& other) { return other.name == input.name; });
      launch.inputs.push_back(static_cast<std::uint32_t>(known - stage_.inputs.begin()));
      if (known == stage_.inputs.end())
        stage_.inputs.push_back(std::move(input));
      else
        check_same(*known, input);
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

  /// An input that stage and trials both have is one input.
  void check_same(const InputDraft& own, const InputDraft& other) {
    const auto same = [](const InputItem& a, const InputItem& b) {
      return a.is_file == b.is_file && a.stage == b.stage && a.output == b.output &&
             a.file.constant == b.file.constant && a.file.parts.size() == b.file.parts.size() &&
             std::equal(a.file.parts.begin(), a.file.parts.end(), b.file.parts.begin(),
                        [](const Part& x, const Part& y) {
                          return x.kind == y.kind && x.index == y.index && x.text == y.text;
                        });
    };
    if (own.broken || other.broken) return;
    if (own.is_list == other.is_list &&
        std::equal(own.items.begin(), own.items.end(), other.items.begin(), other.items.end(), same))
      return;
    diagnostics_.error(other.value_range,
                       "the trials' input '" + other.name + "' is another one than the stage's",
                       "give one of them another name");
    diagnostics_.note(own.value_range, "the stage's input is here");
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
  LoadContext& context_;
  Diagnostics& diagnostics_;
  Scope scope_;
};

class Connector {
 public:
  Connector(std::vector<StageDraft>& stages, LoadContext& context)
      : stages_(stages), diagnostics_(context.diagnostics) {
    for (std::size_t i = 0; i < stages.size(); ++i)
      by_name_.emplace(stages[i].name, static_cast<std::uint32_t>(i));
  }

  void run() {
    for (StageDraft& stage : stages_)
      for (InputDraft& input : stage.inputs)
        for (InputItem& item : input.items)
          if (!item.is_file) connect(stage, input, item);
  }

 private:
  void connect(const StageDraft& stage, InputDraft& input, InputItem& item) {
    const auto found = by_name_.find(item.stage);
    if (found == by_name_.end()) {
      diagnostics_.error(range_inside(*item.value, 0, item.stage.size(), diagnostics_),
                         "there is no stage '" + item.stage + "'", suggest(item.stage, stage_names(stage)));
      input.broken = true;
      return;
    }
    const StageDraft& producer = stages_[found->second];
    const auto port = std::find_if(producer.outputs.begin(), producer.outputs.end(),
                                   [&](const OutputDraft& output) { return output.name == item.output; });
    if (port == producer.outputs.end()) {
      input.broken = true;
      if (producer.outputs_broken) return;
      const std::vector<std::string> names = producer.output_names();
      diagnostics_.error(range_inside(*item.value, item.stage.size() + 1, item.output.size(), diagnostics_),
                         "stage '" + producer.name + "' has no output '" + item.output + "'",
                         names.empty() ? "it declares no outputs" : suggest(item.output, names));
      return;
    }
    if (producer.is_final && !stage.is_final) {
      diagnostics_.error(item.range,
                         "stage '" + producer.name + "' is final: only final stages may use its outputs",
                         "make this stage final, too");
      input.broken = true;
    }
    item.producer = found->second;
    item.port = static_cast<std::uint32_t>(port - producer.outputs.begin());
    item.resolved = true;
    if (producer.fanout.broken || stage.fanout.broken) {
      input.broken = true;
      return;
    }
    item.gathered = gathered_keys(producer, stage);
    input.is_list = input.is_list || !item.gathered.empty();
  }

  std::vector<std::string> stage_names(const StageDraft& but) const {
    std::vector<std::string> names;
    for (const StageDraft& stage : stages_)
      if (&stage != &but) names.push_back(stage.name);
    return names;
  }

  std::vector<StageDraft>& stages_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
};

}  // namespace

void read_ports(StageDraft& stage, LoadContext& context) {
  PortReader reader(stage, context);
  reader.read_inputs(stage.launch);
  if (stage.trials) reader.read_inputs(*stage.trials);
  reader.read_outputs();
}

void connect_ports(std::vector<StageDraft>& stages, LoadContext& context) {
  Connector(stages, context).run();
}

void check_kinds(const std::vector<StageDraft>& stages, Diagnostics& diagnostics) {
  const auto name = [](PortKind kind) { return kind == PortKind::file ? "a file" : "a folder"; };
  const auto check = [&](const LaunchDraft& launch, const InputDraft& input) {
    const Port* taken = Description::find(launch.description->inputs, input.name);
    if (taken == nullptr || taken->kind == PortKind::any) return;
    for (const InputItem& item : input.items) {
      if (item.is_file || !item.resolved) continue;
      const LaunchDraft& producer = stages[item.producer].launch;
      const Port* given = producer.description == nullptr
                              ? nullptr
                              : Description::find(producer.description->outputs, item.output);
      if (given == nullptr || given->kind == PortKind::any || given->kind == taken->kind) continue;
      diagnostics.error(item.range, "'" + launch.info.name + "' takes " + name(taken->kind) + " as '" +
                                        input.name + "', " + item.stage + "." + item.output + " is " +
                                        name(given->kind));
    }
  };
  for (const StageDraft& stage : stages) {
    if (stage.launch.description != nullptr)
      for (const std::uint32_t index : stage.launch.inputs) check(stage.launch, stage.inputs[index]);
    if (stage.trials && stage.trials->description != nullptr)
      for (const std::uint32_t index : stage.trials->inputs) check(*stage.trials, stage.inputs[index]);
  }
}

std::vector<std::string> gathered_keys(const StageDraft& producer, const StageDraft& consumer) {
  std::vector<std::string> keys;
  for (const KeyName& key : producer.keys)
    if (std::none_of(consumer.keys.begin(), consumer.keys.end(),
                     [&](const KeyName& own) { return own.name == key.name; }))
      keys.push_back(key.name);
  return keys;
}

}  // namespace sluice::workflow
