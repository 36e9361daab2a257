#include "engine/workflow/load.h"

#include <algorithm>

#include "engine/workflow/file_pattern.h"
#include "engine/workflow/graph_builder.h"
#include "engine/workflow/keys.h"
#include "engine/workflow/launch.h"
#include "engine/workflow/load_context.h"
#include "engine/workflow/order.h"
#include "engine/workflow/output_places.h"
#include "engine/workflow/ports.h"
#include "engine/workflow/report_table.h"
#include "engine/workflow/setting.h"
#include "engine/workflow/stage_reader.h"

namespace sluice::workflow {

namespace {

constexpr std::int64_t language_version = 1;

class Loader {
 public:
  Loader(const TomlValue& root, std::uint32_t file, const LoadOptions& options, Disk& disk,
         const Describe& describe, Diagnostics& diagnostics)
      : file_(file),
        diagnostics_(diagnostics),
        reader_(top_schema(), root, "the workflow", diagnostics),
        context_{options,
                 disk,
                 diagnostics,
                 parent_path(absolute_path(options.path)),
                 Programs(options, disk, describe, parent_path(absolute_path(options.path))),
                 {},
                 {},
                 {},
                 {},
                 {},
                 {}} {}

  std::optional<TaskGraph> run() {
    if (!check_version()) return std::nullopt;
    read_top();
    resolve_keys(stages_, context_);
    for (StageDraft& stage : stages_) {
      read_stage_settings(stage, context_);
      read_ports(stage, context_);
    }
    connect_ports(stages_, context_);
    if (report_ != nullptr) report_numbers_ = read_report(*report_, stages_, diagnostics_);
    ask_programs();
    for (StageDraft& stage : stages_) {
      compile_launch(stage, stage.launch, context_);
      if (stage.trials) compile_launch(stage, *stage.trials, context_);
    }
    check_kinds(stages_, diagnostics_);
    const auto order = order_stages(stages_, diagnostics_);
    OutputPlaces places = place_outputs(stages_, context_);
    if (!order || diagnostics_.has_errors()) return std::nullopt;
    TaskGraph graph = GraphBuilder(stages_, *order, std::move(places), context_).build();
    if (diagnostics_.has_errors()) return std::nullopt;
    context_.params.warn_of_unused(diagnostics_);
    describe_graph(graph);
    return graph;
  }

 private:
  bool check_version() {
    const TomlMember* version = reader_.take("sluice");
    const std::string hint = "this Sluice reads version 1 of the language";
    if (version == nullptr) {
      diagnostics_.error({file_, 0, 0, 1}, "'sluice = 1' is missing",
                         "it says which version of the language the file is written in");
      return true;
    }
    if (version->value.kind == TomlValue::Kind::integer && version->value.integer == language_version)
      return true;
    diagnostics_.error(version->value.range, "not a version of the workflow language that is known here",
                       hint);
    return false;
  }

  void read_top() {
    read_name();
    if (const TomlMember* params = reader_.take_table("params"))
      context_.params.read(params->value, diagnostics_);
    context_.params.set(context_.options.set, diagnostics_);
    const Scope scope = context_.setting_scope(nullptr);
    context_.site = load_site(context_.options, context_.folder, scope, context_.disk, diagnostics_);
    RunLayer own = read_run_layer(reader_, scope, diagnostics_);
    for (const TomlMember* pools : {own.pools, context_.site.top.pools})
      if (pools != nullptr) read_pools(*pools, scope, context_.pools, diagnostics_);
    for (const TomlMember* executor : {reader_.take("executor"), context_.site.executor})
      if (executor != nullptr)
        read_executors(*executor, scope, context_.executors, own.executor, diagnostics_);
    context_.top = context_.site.top;
    lay(own, context_.top);
    context_.top.pools = nullptr;  // sizes, not uses
    if (const TomlMember* env = reader_.take_table("env")) lay_env(*env, scope, context_.env, diagnostics_);
    check_executors();
    report_ = reader_.take_table("report");
    const TomlMember* stages = reader_.take("stage");
    if (stages != nullptr) stages_ = read_stages(*stages, context_);
    if (stages == nullptr || (stages->value.is_table() && stages->value.members.empty()))
      diagnostics_.error({file_, 0, 0, 1}, "the workflow has no stage",
                         "write [stage.NAME] and its keys below");
    reader_.finish();
    warn_of_site_stages();
  }

  void read_name() {
    const TomlMember* name = reader_.take_text("name");
    name_ = name == nullptr ? stem(context_.options.path) : name->value.text;
    if (name != nullptr) check_name(name_, "workflow", name->value.range, diagnostics_);
  }

  /// The default, the site's choices and --executor; a stage's own choice is checked with the stage.
  void check_executors() {
    check_executor(context_.top.executor, context_);
    for (const auto& [name, layer] : context_.site.stages) check_executor(layer.executor, context_);
    const std::string& forced = context_.options.executor;
    if (forced.empty()) return;
    const std::uint32_t file = diagnostics_.add_source("--executor", forced);
    check_executor({forced, {file, 1, 1, static_cast<std::uint32_t>(forced.size())}}, context_);
  }

  /// A site serves many workflows, so it may name stages that this one doesn't have; a near miss is told.
  void warn_of_site_stages() {
    std::vector<std::string> names;
    for (const StageDraft& stage : stages_) names.push_back(stage.name);
    for (const auto& [name, range] : context_.site.stage_ranges) {
      const std::string near = nearest(name, names);
      if (!near.empty() && near != name)
        diagnostics_.warning(range, "the workflow has no stage '" + name + "'",
                             "did you mean '" + near + "'?");
    }
  }

  /// All at once, because loading a large library takes a second. A name that holds a parameter is asked
  /// later.
  void ask_programs() {
    std::vector<std::string> paths;
    const auto add = [&](const LaunchDraft& launch) {
      if (launch.program == nullptr || !launch.program->value.is_text()) return;
      if (const auto path = context_.programs.find(launch.program->value.text)) paths.push_back(*path);
    };
    for (const StageDraft& stage : stages_) {
      add(stage.launch);
      if (stage.trials) add(*stage.trials);
    }
    context_.programs.ask_all(std::move(paths));
  }

  void describe_graph(TaskGraph& graph) {
    graph.workflow_name = name_;
    graph.workflow_path = context_.options.path;
    graph.params = context_.params.texts();
    graph.pools = std::move(context_.pools);
    graph.executors = std::move(context_.executors);
    graph.report_numbers = std::move(report_numbers_);
  }

  std::uint32_t file_;
  Diagnostics& diagnostics_;
  TableReader reader_;
  LoadContext context_;
  std::string name_;
  const TomlMember* report_ = nullptr;
  std::vector<StageDraft> stages_;
  std::vector<ReportNumber> report_numbers_;
};

/// TOML lets no text be a table, too; who runs into that is told the way out.
void explain_executor_conflict(Diagnostics& diagnostics) {
  if (diagnostics.all().empty()) return;
  const Diagnostic last = diagnostics.all().back();
  if (last.message.find("'executor") == std::string::npos) return;
  diagnostics.note(
      last.range,
      "beside [executor.NAME] tables, the default is chosen inside: [executor] default = \"NAME\"");
}

}  // namespace

std::optional<TaskGraph> load(const LoadOptions& options, Disk& disk, const Describe& describe,
                              Diagnostics& diagnostics) {
  const auto text = disk.read(options.path);
  if (text) return load_text(*text, options, disk, describe, diagnostics);
  const std::uint32_t file = diagnostics.add_source(options.path, "");
  diagnostics.error({file, 0, 0, 1}, text.error().what, text.error().hint);
  return std::nullopt;
}

std::optional<TaskGraph> load_text(const std::string& text, const LoadOptions& options, Disk& disk,
                                   const Describe& describe, Diagnostics& diagnostics) {
  const std::uint32_t file = diagnostics.add_source(options.path, text);
  const auto root = parse_toml(file, diagnostics);
  if (root) return Loader(*root, file, options, disk, describe, diagnostics).run();
  explain_executor_conflict(diagnostics);
  return std::nullopt;
}

}  // namespace sluice::workflow
