#include "engine/workflow/schema.h"

#include <algorithm>

namespace sluice::workflow {

namespace {

constexpr SchemaKey top_keys[] = {
    {"sluice", "`1`", "", "required: the version of this language"},
    {"name", "text", "the file's name without its suffix", "the workflow's name"},
    {"params", "table", "", "parameters and their defaults: `NAME = VALUE`; `--set NAME=VALUE` overrides"},
    {"resources", "table", "", "defaults for all stages, key by key"},
    {"retry", "table", "", "defaults for all stages, key by key"},
    {"pools", "table", "", "pools and their sizes: `io = 2`; no more of it are in use at once"},
    {"executor", "text, or tables", "`\"local\"`",
     "the default executor; or `[executor] default = \"NAME\"` and settings in `[executor.NAME]`"},
    {"env", "table", "", "environment of every task: `NAME = \"text\"`; counts as part of the task"},
    {"report", "table", "", "what `sluice report` leads with"},
    {"stage", "tables", "", "the stages, `[stage.NAME]`; at least one"},
};

constexpr SchemaKey stage_keys[] = {
    {"program", "text", "", "a Sluice stage; exactly one of `program` and `command` is there"},
    {"command", "list", "", "any other program and its words; nothing is read by a shell"},
    {"inputs", "table", "", "`NAME = \"STAGE.OUTPUT\"` or `\"file:PATH\"`, or a list of these"},
    {"args", "table", "", "arguments of a `program`, checked against what it says about itself"},
    {"env", "table", "", "more environment, laid over that of the file"},
    {"outputs", "table", "", "`NAME = \"PATH\"`, a file or a folder below the run folder"},
    {"each", "table, text or list", "a single task", "one task for each of these"},
    {"where", "text", "", "a condition on keys and parameters: which combinations become tasks"},
    {"trials", "table", "", "the stage decides over other attempts: what a trial is"},
    {"final", "boolean", "`false`", "runs at the end whatever happened before, failures included"},
    {"tolerate", "text", "`\"0%\"`", "this share of its tasks may fail; needs `each`"},
    {"resources", "table", "", "what one task needs"},
    {"retry", "table", "", "what happens after a failure"},
    {"pools", "list or table", "", "what a running task takes: `[\"io\"]`, or `{ io = 2 }`"},
    {"executor", "text", "the file's", "where its tasks run"},
};

constexpr SchemaKey trials_keys[] = {
    {"program", "text", "", "as for a stage; a trial gets `--trial FOLDER` in addition"},
    {"command", "list", "", "as for a stage"},
    {"inputs", "table", "", "as for a stage"},
    {"args", "table", "", "as for a stage"},
    {"env", "table", "", "as for a stage"},
    {"parallel", "integer", "`1`", "how many trials run together"},
    {"resources", "table", "the file's", "what one trial needs"},
    {"retry", "table", "the file's", "what happens after a trial's failure"},
    {"pools", "", "", "", true},
    {"executor", "text", "the stage's", "where trials run"},
};

constexpr SchemaKey resources_keys[] = {
    {"cpus", "integer", "one for each rank", "processors; a multiple of `ranks`"},
    {"memory", "text with a unit", "no limit", "`\"8 GB\"`, `\"500 MiB\"`"},
    {"gpus", "integer", "`0`", "divisible by `ranks`, or the other way round"},
    {"ranks", "integer", "`1`", "processes; more than one are started through the MPI launcher"},
    {"time", "text with a unit", "no limit", "`\"90 min\"`, `\"1 h 30 min\"`, `\"01:30:00\"`"},
};

constexpr SchemaKey retry_keys[] = {
    {"attempts", "integer", "`1`", "how often a program may be tried that fails with an exit code"},
    {"exit_codes", "list of integers", "any", "only these exit codes are tried again"},
    {"memory", "text", "as much again", "`\"x2 on out-of-memory, at most 64 GB\"`"},
    {"time", "text", "as much again", "`\"x1.5 on timeout, at most 24 h\"`"},
    {"delay", "text with a unit", "none", "before an attempt is repeated; doubled every time"},
};

constexpr SchemaKey report_keys[] = {
    {"numbers", "table", "",
     "`\"LABEL\" = \"STAGE.OUTPUT:/key/key\"`: a place in the JSON that a stage makes"},
};

constexpr SchemaKey site_keys[] = {
    {"resources", "table", "", "as at the top of a workflow, which comes before the site"},
    {"retry", "table", "", "likewise"},
    {"pools", "table", "", "likewise"},
    {"executor", "text, or tables", "", "likewise: the default, and `[executor.NAME]` settings"},
    {"stage", "tables", "",
     "what differs for single stages, `[stage.NAME]`; they need not be in every workflow"},
};

constexpr SchemaKey site_stage_keys[] = {
    {"resources", "table", "", "laid under what the stage says itself"},
    {"retry", "table", "", "likewise"},
    {"pools", "list or table", "", "likewise"},
    {"executor", "text", "", "where this stage runs at this site"},
};

constexpr Schema top{"The top of a workflow file", "", top_keys};
constexpr Schema stage{"A stage", "[stage.NAME]", stage_keys};
constexpr Schema trials{"Trials", "trials = { … } of a stage", trials_keys};
constexpr Schema resources{"Resources", "resources = { … }", resources_keys};
constexpr Schema retry{"Retries", "retry = { … }", retry_keys};
constexpr Schema report{"The report", "[report]", report_keys};
constexpr Schema site{"The top of a site file", "sites/NAME.toml", site_keys};
constexpr Schema site_stage{"A stage in a site file", "[stage.NAME]", site_stage_keys};
constexpr const Schema* all[] = {&top, &stage, &trials, &resources, &retry, &report, &site, &site_stage};

}  // namespace

const SchemaKey* Schema::find(std::string_view key) const {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& each) { return each.name == key; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  for (const SchemaKey& key : keys)
    if (!key.refused) names.emplace_back(key.name);
  return names;
}

const Schema& top_schema() { return top; }
const Schema& stage_schema() { return stage; }
const Schema& trials_schema() { return trials; }
const Schema& resources_schema() { return resources; }
const Schema& retry_schema() { return retry; }
const Schema& report_schema() { return report; }
const Schema& site_schema() { return site; }
const Schema& site_stage_schema() { return site_stage; }
std::span<const Schema* const> schemas() { return all; }

std::string schema_reference() {
  std::string text =
      "# Keys of workflow and site files\n\n"
      "Made by `make docs` from the table that the engine checks files against. What they mean, with "
      "examples: "
      "[the workflow\nfile](../workflow.md). Settings of executors, `[executor.NAME]`: [Slurm](../slurm.md), "
      "[plug-ins](../plugins.md).\n";
  for (const Schema* each : schemas()) {
    text += "\n## " + std::string(each->title) + "\n\n";
    if (!each->written.empty()) text += "`" + std::string(each->written) + "`\n\n";
    text += "| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const SchemaKey& key : each->keys)
      if (!key.refused)
        text += "| `" + std::string(key.name) + "` | " + std::string(key.type) + " | " +
                std::string(key.standard) + " | " + std::string(key.meaning) + " |\n";
  }
  return text;
}

}  // namespace sluice::workflow
