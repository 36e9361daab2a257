#include "engine/workflow/stage_reader.h"

#include <algorithm>

#include "engine/workflow/setting.h"

namespace sluice::workflow {

namespace {

constexpr int most_parallel = 1'000'000;

/// Exactly one of program and command; `args` belong to programs.
void check_launch(const LaunchDraft& launch, SourceRange owner, const std::string& what,
                  Diagnostics& diagnostics) {
  if (launch.program == nullptr && launch.command == nullptr)
    diagnostics.error(
        owner, what + " has neither 'program' nor 'command'",
        "program = \"sluice-...\" for a Sluice stage, command = [\"...\"] for any other program");
  if (launch.program != nullptr && launch.command != nullptr)
    diagnostics.error(launch.command->key_range, what + " has both 'program' and 'command'",
                      "leave one of them out");
  if (launch.command != nullptr && launch.program == nullptr && launch.args != nullptr)
    diagnostics.error(launch.args->key_range, "'args' belong to 'program'", "write them into the command");
}

LaunchDraft take_launch(TableReader& reader) {
  LaunchDraft launch;
  launch.program = reader.take("program");
  launch.command = reader.take("command");
  launch.inputs_table = reader.take_table("inputs", &launch.inputs_broken);
  launch.args = reader.take_table("args", &launch.args_broken);
  launch.env = reader.take_table("env");
  return launch;
}

ExecutorChoice take_executor(TableReader& reader, const Scope& scope, Diagnostics& diagnostics) {
  const TomlMember* member = reader.take("executor");
  if (member == nullptr) return {};
  const auto name = read_text(*member, scope, diagnostics);
  return name ? ExecutorChoice{*name, member->value.range} : ExecutorChoice{};
}

RunDraft settle(const RunLayer& own, const RunLayer& layer, const LoadContext& context) {
  RunDraft run;
  run.resources = total(layer.resources, context.diagnostics);
  run.retry = rule_of(layer.retry);
  check_retry(own.retry, run.resources, context.diagnostics);
  run.executor = layer.executor.name.empty() ? ExecutorChoice{"local", {}} : layer.executor;
  check_executor(own.executor, context);
  if (!context.options.executor.empty()) run.executor = {context.options.executor, {}};
  return run;
}

/// The defaults, then the site's words about this stage, then its own.
RunLayer layered(const StageDraft& stage, const RunLayer& own, const LoadContext& context) {
  RunLayer layer = context.top;
  if (const auto site = context.site.stages.find(stage.name); site != context.site.stages.end())
    lay(site->second, layer);
  lay(own, layer);
  return layer;
}

void read_trials(StageDraft& stage, const Scope& scope, LoadContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  TableReader reader(trials_schema(), stage.trials_member->value, "'trials'", diagnostics);
  stage.trials = take_launch(reader);
  check_launch(*stage.trials, stage.trials_member->key_range, "'trials'", diagnostics);
  if (const TomlMember* parallel = reader.take("parallel"))
    stage.parallel = read_count(*parallel, 1, most_parallel, scope, diagnostics).value_or(1);
  RunLayer own = read_run_layer(reader, scope, diagnostics);
  own.executor = take_executor(reader, scope, diagnostics);
  reader.finish();
  if (own.pools != nullptr)
    diagnostics.error(own.pools->key_range, "'trials' take no pools",
                      "'parallel' limits how many run together");
  RunLayer layer = context.top;
  layer.executor = stage.run.executor;
  lay(own, layer);
  stage.trials_run = settle(own, layer, context);
}

void read_stage(const TomlMember& member, StageDraft& stage, LoadContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  stage.name = member.key;
  stage.range = member.key_range;
  stage.member = &member;
  TableReader reader(stage_schema(), member.value, "stage '" + member.key + "'", diagnostics);
  stage.launch = take_launch(reader);
  stage.outputs_table = reader.take_table("outputs", &stage.outputs_broken);
  stage.each_member = reader.take("each");
  stage.where = reader.take_text("where", &stage.each.broken);
  stage.trials_member = reader.take_table("trials");
  stage.final_member = reader.take("final");
  stage.tolerate_member = reader.take("tolerate");
  reader.finish();
  check_launch(stage.launch, member.key_range, "stage '" + member.key + "'", diagnostics);
}

}  // namespace

void check_executor(const ExecutorChoice& choice, const LoadContext& context) {
  if (choice.name.empty()) return;
  const std::vector<std::string>& built_in = context.options.known_executors;
  std::vector<std::string> known(built_in.begin(), built_in.end());
  for (const ExecutorSettings& executor : context.executors) known.push_back(executor.name);
  if (std::find(known.begin(), known.end(), choice.name) != known.end()) return;
  std::string hint = suggest(choice.name, known);
  if (!hint.starts_with("did you mean"))
    hint = "an executor that is not built in needs a table [executor." + choice.name + "]";
  context.diagnostics.error(choice.range, "there is no executor '" + choice.name + "'", hint);
}

std::vector<StageDraft> read_stages(const TomlMember& table, LoadContext& context) {
  std::vector<StageDraft> stages;
  if (!table.value.is_table()) {
    report_kind(table, "a table", context.diagnostics, "write [stage.NAME] and its keys below");
    return stages;
  }
  for (const TomlMember& member : table.value.members) {
    if (!member.value.is_table()) {
      context.diagnostics.error(member.key_range, "'" + member.key + "' stands outside of a stage's table",
                                "write [stage.NAME] and its keys below");
      continue;
    }
    check_name(member.key, "stage", member.key_range, context.diagnostics);
    read_stage(member, stages.emplace_back(), context);
  }
  return stages;
}

void read_stage_settings(StageDraft& stage, LoadContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const Scope scope = context.setting_scope(&stage);
  TableReader reader(stage_schema(), stage.member->value, "", diagnostics);
  RunLayer own = read_run_layer(reader, scope, diagnostics);
  own.executor = take_executor(reader, scope, diagnostics);
  const RunLayer layer = layered(stage, own, context);
  stage.run = settle(own, layer, context);
  if (layer.pools != nullptr) stage.pools = read_pool_uses(*layer.pools, scope, context.pools, diagnostics);
  if (stage.final_member != nullptr)
    stage.is_final = read_boolean(*stage.final_member, scope, diagnostics).value_or(false);
  if (stage.tolerate_member != nullptr) {
    stage.tolerate = read_share(*stage.tolerate_member, scope, diagnostics).value_or(0);
    if (stage.each_member == nullptr)
      diagnostics.error(stage.tolerate_member->key_range, "'tolerate' needs 'each'",
                        "a single task can't be lost in part");
  }
  if (stage.trials_member != nullptr) read_trials(stage, scope, context);
}

}  // namespace sluice::workflow
