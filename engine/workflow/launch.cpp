#include "engine/workflow/launch.h"

#include <algorithm>

#include "engine/workflow/names.h"
#include "engine/workflow/ports.h"
#include "engine/workflow/setting.h"

namespace sluice::workflow {

namespace {

class LaunchCompiler {
 public:
  LaunchCompiler(StageDraft& stage, LaunchDraft& launch, LoadContext& context)
      : stage_(stage),
        launch_(launch),
        context_(context),
        diagnostics_(context.diagnostics),
        is_trials_(&launch != &stage.launch) {
    for (std::uint32_t i = 0; i < stage.outputs.size() && !is_trials_; ++i)
      outputs_.push_back({stage.outputs[i].name, i, false});
  }

  void run() {
    launch_.env_words = context_.env;
    Scope scope = word_scope();
    scope.one_word = true;
    if (launch_.env != nullptr) lay_env(*launch_.env, scope, launch_.env_words, diagnostics_);
    if (launch_.program != nullptr && launch_.command == nullptr) compile_program();
    if (launch_.command != nullptr && launch_.program == nullptr) compile_command();
  }

 private:
  Scope word_scope() const {
    Scope scope = context_.task_scope(stage_);
    scope.has_ports = true;
    scope.inputs = launch_.inputs;
    scope.outputs = outputs_;
    scope.ports_unknown = launch_.inputs_broken || stage_.outputs_broken;
    return scope;
  }

  bool find_program(SourceRange range) {
    auto path = context_.programs.find(launch_.info.name);
    if (path) {
      launch_.info.path = *std::move(path);
      return true;
    }
    diagnostics_.error(range, path.error().what, path.error().hint);
    return false;
  }

  void compile_program() {
    const auto name = read_text(*launch_.program, context_.setting_scope(&stage_), diagnostics_);
    if (!name) return;
    launch_.info.name = *name;
    const SourceRange range = launch_.program->value.range;
    if (!find_program(range)) return;
    const auto description = context_.programs.description(launch_.info.path);
    if (!description) {
      std::string hint = description.error().hint;
      if (hint.empty())
        hint = "a program that is no Sluice stage is started with command = [\"" + *name + "\", ...]";
      diagnostics_.error(range, "'" + *name + "' can't describe itself: " + description.error().what, hint);
      return;
    }
    launch_.description = *description;
    launch_.info.described = true;
    launch_.info.resumable = launch_.description->resumable;
    launch_.info.version = launch_.description->version;
    launch_.info.results_version = launch_.description->results_version;
    check_coordinator();
    launch_.argv.push_back(text_word(launch_.info.path));
    add_ports();
    const auto words = compile_arguments(stage_, launch_, context_);
    launch_.argv.insert(launch_.argv.end(), words.begin(), words.end());
  }

  void check_coordinator() {
    if (is_trials_ || stage_.trials_member == nullptr || launch_.description->coordinator) return;
    diagnostics_.error(stage_.trials_member->key_range, "'" + launch_.info.name + "' decides over no trials",
                       "leave 'trials' out");
  }

  /// The inputs and outputs that the description knows, as flags; the others are reported.
  void add_ports() {
    const Description& description = *launch_.description;
    check_known_ports();
    for (const Port& port : description.inputs) {
      const PortName* input = find(launch_.inputs, port.name);
      if (input == nullptr)
        report_missing("input", port, launch_.inputs_broken, launch_.inputs_table);
      else if (check_input(port, stage_.inputs[input->index]))
        add_port("--input." + port.name, Part::Kind::input, input->index);
    }
    if (is_trials_) return;
    for (const Port& port : description.outputs) {
      const PortName* output = find(outputs_, port.name);
      if (output == nullptr)
        report_missing("output", port, stage_.outputs_broken, stage_.outputs_table);
      else
        add_port("--output." + port.name, Part::Kind::output, output->index);
    }
  }

  void add_port(std::string flag, Part::Kind kind, std::uint32_t index) {
    launch_.argv.push_back(text_word(std::move(flag)));
    launch_.argv.push_back({{{kind, index, {}}}, false, nullptr});
  }

  static const PortName* find(const std::vector<PortName>& ports, const std::string& name) {
    const auto found =
        std::find_if(ports.begin(), ports.end(), [&](const PortName& port) { return port.name == name; });
    return found == ports.end() ? nullptr : &*found;
  }

  void report_missing(const std::string& what, const Port& port, bool broken, const TomlMember* table) {
    if (port.optional || broken) return;
    const SourceRange range = table != nullptr ? table->key_range : launch_.program->value.range;
    diagnostics_.error(range, "'" + launch_.info.name + "' needs the " + what + " '" + port.name + "'",
                       port.help);
  }

  void check_known_ports() {
    const auto check = [&](const std::string& name, SourceRange range, const std::vector<Port>& ports,
                           const std::string& what) {
      if (Description::find(ports, name) != nullptr) return;
      std::vector<std::string> names;
      for (const Port& port : ports) names.push_back(port.name);
      diagnostics_.error(range, "'" + launch_.info.name + "' has no " + what + " '" + name + "'",
                         names.empty() ? "it has no " + what + "s" : suggest(name, names));
    };
    if (launch_.inputs_table != nullptr)
      for (const TomlMember& member : launch_.inputs_table->value.members)
        check(member.key, member.key_range, launch_.description->inputs, "input");
    if (!is_trials_)
      for (const OutputDraft& output : stage_.outputs)
        check(output.name, output.range, launch_.description->outputs, "output");
  }

  bool check_input(const Port& port, const InputDraft& input) {
    if (input.broken || !input.is_list || port.list) return true;
    std::string hint;
    if (input.items.size() == 1) {
      for (const std::string& key : input.items[0].gathered) hint += (hint.empty() ? "" : ", ") + key;
      hint = input.items[0].stage + "." + input.items[0].output + " is gathered over " + hint +
             "; with each = \"" + input.items[0].stage + "\" each task takes one";
    }
    diagnostics_.error(
        input.value_range,
        "the input '" + port.name + "' of '" + launch_.info.name + "' takes one file, not several", hint);
    return false;
  }

  void compile_command() {
    const TomlMember& command = *launch_.command;
    if (!command.value.is_array() || command.value.items.empty()) {
      const std::string hint =
          "a list of words: command = [\"python3\", \"{inputs.script}\"]; no shell reads it";
      if (command.value.is_array())
        diagnostics_.error(command.value.range, "'command' is empty", hint);
      else
        report_kind(command, "a list", diagnostics_, hint);
      return;
    }
    compile_command_name(command.value.items.front());
    const Scope scope = word_scope();
    for (std::size_t i = 1; i < command.value.items.size(); ++i) compile_word(command.value.items[i], scope);
  }

  void compile_command_name(const TomlValue& value) {
    auto filled = fill(value, context_.setting_scope(&stage_), diagnostics_);
    if (!filled) return;
    if (filled->constant->is_list || filled->text().empty()) {
      diagnostics_.error(value.range, "the first word of 'command' has to name a program");
      return;
    }
    launch_.info.name = filled->text();
    if (find_program(value.range)) launch_.argv.push_back(text_word(launch_.info.path));
  }

  void compile_word(const TomlValue& value, const Scope& scope) {
    auto filled = fill(value, scope, diagnostics_);
    if (!filled || !check_word(*filled, diagnostics_)) return;
    if (filled->constant) {
      for (const Scalar& item : filled->constant->items) launch_.argv.push_back(text_word(to_text(item)));
      return;
    }
    launch_.argv.push_back({std::move(filled->parts), false, nullptr});
  }

  StageDraft& stage_;
  LaunchDraft& launch_;
  LoadContext& context_;
  Diagnostics& diagnostics_;
  bool is_trials_;
  std::vector<PortName> outputs_;  ///< trials have none
};

}  // namespace

void lay_env(const TomlMember& table, const Scope& scope, EnvWords& words, Diagnostics& diagnostics) {
  for (const TomlMember& member : table.value.members) {
    const bool reserved = member.key.starts_with("SLUICE_");
    if (!is_identifier(member.key) || reserved) {
      diagnostics.error(member.key_range, "'" + member.key + "' can't be an environment variable of a task",
                        reserved ? "names beginning with SLUICE_ belong to Sluice"
                                 : "a name: " + std::string(identifier_rule));
      continue;
    }
    auto filled = fill_text(member.value, scope, diagnostics);
    if (!filled || !check_word(*filled, diagnostics)) continue;
    CompiledWord word =
        filled->constant ? text_word(filled->text()) : CompiledWord{std::move(filled->parts), false, nullptr};
    const auto known =
        std::lower_bound(words.begin(), words.end(), member.key,
                         [](const auto& other, const std::string& key) { return other.first < key; });
    if (known != words.end() && known->first == member.key)
      known->second = std::move(word);
    else
      words.emplace(known, member.key, std::move(word));
  }
}

void compile_launch(StageDraft& stage, LaunchDraft& launch, LoadContext& context) {
  LaunchCompiler(stage, launch, context).run();
}

CompiledWord text_word(std::string text) {
  return {{{Part::Kind::text, 0, std::move(text)}}, false, nullptr};
}

bool check_word(const Filled& filled, Diagnostics& diagnostics) {
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  bool bad = std::any_of(filled.parts.begin(), filled.parts.end(),
                         [&](const Part& part) { return has_nul(part.text); });
  if (filled.constant)
    for (const Scalar& item : filled.constant->items) bad = bad || has_nul(to_text(item));
  if (bad) diagnostics.error(filled.range, "an argument can't hold a NUL character");
  return !bad;
}

}  // namespace sluice::workflow
