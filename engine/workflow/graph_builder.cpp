#include "engine/workflow/graph_builder.h"

#include <algorithm>

#include "engine/workflow/input_groups.h"
#include "engine/workflow/output_paths.h"
#include "engine/workflow/render.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t longest_task_name = 240;  // it is also the name of folders

Stage stage_of(const StageDraft& draft) {
  Stage stage;
  stage.name = draft.name;
  stage.range = draft.range;
  stage.program = draft.launch.info;
  stage.is_final = draft.is_final;
  stage.tolerate = draft.tolerate;
  for (const KeyName& key : draft.keys) stage.keys.push_back(key.name);
  stage.input_names = draft.input_names();
  for (const OutputDraft& output : draft.outputs) stage.outputs.push_back({output.name, output.range});
  stage.executor = draft.run.executor.name;
  stage.resources = draft.run.resources;
  stage.retry = draft.run.retry;
  stage.pools = draft.pools;
  if (!draft.trials) return stage;
  TrialsInfo trials;
  trials.program = draft.trials->info;
  for (const PortName& input : draft.trials->inputs)
    trials.input_names.push_back(draft.inputs[input.index].name);
  trials.parallel = draft.parallel;
  trials.executor = draft.trials_run.executor.name;
  trials.resources = draft.trials_run.resources;
  trials.retry = draft.trials_run.retry;
  stage.trials = std::move(trials);
  return stage;
}

/// The first key that does not stand in an output's path although it has several values: the usual cause of a
/// clash.
std::string missing_key(const StageDraft& draft, const OutputDraft& output) {
  for (std::uint32_t key = 0; key < draft.keys.size(); ++key) {
    const bool stands =
        std::any_of(output.path.parts.begin(), output.path.parts.end(),
                    [&](const Part& part) { return part.kind == Part::Kind::key && part.index == key; });
    if (!stands && draft.fanout.domains[key]->texts.size() > 1) return draft.keys[key].name;
  }
  return {};
}

bool uses_path(const std::vector<CompiledWord>& words, std::uint32_t key) {
  return std::any_of(words.begin(), words.end(), [&](const CompiledWord& word) {
    return std::any_of(word.parts.begin(), word.parts.end(), [&](const Part& part) {
      return part.kind == Part::Kind::key_path && part.index == key;
    });
  });
}

}  // namespace

TaskGraph GraphBuilder::build() {
  if (!check_task_count()) return {};
  reserve();
  for (const std::uint32_t index : order_) {
    first_tasks_[index] = static_cast<TaskIndex>(graph_.names.size());
    add_stage(drafts_[index]);
  }
  check_clashes();
  add_inputs();
  graph_.forms_ = std::make_shared<const std::vector<TaskGraph::Form>>(std::move(forms_));
  return std::move(graph_);
}

bool GraphBuilder::check_task_count() const {
  std::uint64_t tasks = 0;
  for (const StageDraft& draft : drafts_) {
    tasks += draft.fanout.rows;
    if (tasks <= context_.options.most_tasks) continue;
    context_.diagnostics.error(draft.range,
                               "with this stage the workflow has more than " +
                                   std::to_string(context_.options.most_tasks) + " tasks",
                               "that is the most it can have");
    return false;
  }
  return true;
}

void GraphBuilder::reserve() {
  std::size_t tasks = 0;
  std::size_t keys = 0;
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  for (const StageDraft& draft : drafts_) {
    tasks += draft.fanout.rows;
    keys += draft.fanout.rows * draft.keys.size();
    outputs += draft.fanout.rows * draft.outputs.size();
    inputs += draft.fanout.rows * draft.inputs.size();
  }
  graph_.names.reserve(tasks);
  graph_.stage_of.reserve(tasks);
  graph_.key_texts_.reserve(keys);
  graph_.output_paths_.reserve(outputs);
  graph_.group_begin.reserve(tasks + 1);
  graph_.task_groups.reserve(inputs);
}

void GraphBuilder::add_stage(const StageDraft& draft) {
  Stage stage = workflow::stage_of(draft);
  stage.first_task = static_cast<TaskIndex>(graph_.names.size());
  stage.task_count = static_cast<std::uint32_t>(draft.fanout.rows);
  add_tasks(draft, stage);
  add_outputs(draft, stage);
  add_form(draft);
  graph_.stages.push_back(std::move(stage));
}

void GraphBuilder::add_tasks(const StageDraft& draft, const Stage& stage) {
  const Fanout& fanout = draft.fanout;
  graph_.stage_of.insert(graph_.stage_of.end(), fanout.rows, static_cast<StageIndex>(graph_.stages.size()));
  graph_.key_begin_.push_back(graph_.key_texts_.size());
  std::size_t longest = 0;
  for (std::size_t row = 0; row < fanout.rows; ++row) {
    const auto choices = fanout.row(row);
    for (std::size_t key = 0; key < choices.size(); ++key)
      graph_.key_texts_.push_back(fanout.domains[key]->texts[choices[key]]);
    graph_.names.push_back(task_name(draft, row));
    if (graph_.names.back().size() > graph_.names[stage.first_task + longest].size()) longest = row;
  }
  const std::string& name = graph_.names[stage.first_task + longest];
  if (name.size() > longest_task_name)
    context_.diagnostics.error(draft.range, "the name of a task is longer than 240 bytes: " + name,
                               "it is made of the stage's name and the values of its keys");
}

void GraphBuilder::add_outputs(const StageDraft& draft, const Stage& stage) {
  graph_.output_begin_.push_back(graph_.output_paths_.size());
  std::vector<bool> reported(draft.outputs.size(), false);
  for (std::size_t row = 0; row < draft.fanout.rows; ++row) {
    for (std::size_t i = 0; i < draft.outputs.size(); ++i) {
      const OutputDraft& output = draft.outputs[i];
      std::string path = output.path.text();
      append_parts(output.path.parts, draft.fanout, row, path);
      const std::string problem = reported[i] ? std::string() : output_path_problem(path);
      if (!problem.empty()) {
        reported[i] = true;
        context_.diagnostics.error(
            output.path.range,
            "the output path '" + path + "' of " + graph_.names[stage.first_task + row] + " " + problem,
            "outputs lie below the run folder: \"sim/{sample}.root\"");
      }
      graph_.output_paths_.push_back(std::move(path));
    }
  }
}

void GraphBuilder::add_form(const StageDraft& draft) {
  TaskGraph::Form form;
  form.task = {draft.launch.argv, draft.launch.env_words, draft.launch.info.described};
  if (draft.trials) form.trial = {draft.trials->argv, draft.trials->env_words, draft.trials->info.described};
  form.key_paths.resize(draft.keys.size());
  for (std::uint32_t key = 0; key < draft.keys.size(); ++key) {
    std::vector<CompiledWord> words = form.task.argv;
    words.insert(words.end(), form.trial.argv.begin(), form.trial.argv.end());
    for (const EnvWords* env : {&form.task.env, &form.trial.env})
      for (const auto& [name, word] : *env) words.push_back(word);
    if (!draft.keys[key].has_path || !uses_path(words, key)) continue;
    const Domain& domain = *draft.fanout.domains[key];
    for (std::size_t i = 0; i < domain.texts.size(); ++i)
      form.key_paths[key].emplace(domain.texts[i], domain.paths[i]);
  }
  forms_.push_back(std::move(form));
}

void GraphBuilder::add_inputs() {
  InputGroups groups(drafts_, first_tasks_, context_, graph_);
  for (const std::uint32_t index : order_) {
    const StageDraft& draft = drafts_[index];
    std::vector<std::vector<GroupIndex>> columns;
    for (const InputDraft& input : draft.inputs) columns.push_back(groups.groups_of(draft, input));
    for (std::size_t row = 0; row < draft.fanout.rows; ++row) {
      graph_.group_begin.push_back(static_cast<std::uint32_t>(graph_.task_groups.size()));
      for (const std::vector<GroupIndex>& column : columns) graph_.task_groups.push_back(column[row]);
    }
  }
  graph_.group_begin.push_back(static_cast<std::uint32_t>(graph_.task_groups.size()));
}

void GraphBuilder::check_clashes() {
  for (const PathClash& clash : find_clashes(graph_.output_paths_)) {
    report_clash(clash.outer, clash.inner, clash.nested);
    return;  // one forgotten {key} makes thousands; the first says it all
  }
}

void GraphBuilder::report_clash(std::size_t outer, std::size_t inner, bool nested) {
  struct Place {
    const StageDraft* draft;
    const OutputDraft* output;
    std::string task;
  };
  const auto place_of = [&](std::size_t path) {
    const auto after = std::upper_bound(graph_.output_begin_.begin(), graph_.output_begin_.end(), path);
    const auto stage = static_cast<std::size_t>(after - graph_.output_begin_.begin()) - 1;
    const StageDraft& draft = drafts_[order_[stage]];
    const std::size_t offset = path - graph_.output_begin_[stage];
    const std::size_t row = offset / draft.outputs.size();
    return Place{&draft, &draft.outputs[offset % draft.outputs.size()],
                 graph_.names[first_tasks_[order_[stage]] + row]};
  };
  const Place first = place_of(outer);
  const Place second = place_of(inner);
  const std::string key =
      first.output == second.output ? missing_key(*first.draft, *first.output) : std::string();
  const std::string hint = key.empty() ? "" : "put {" + key + "} into the path";
  if (nested)
    context_.diagnostics.error(second.output->path.range,
                               "the output '" + graph_.output_paths_[inner] + "' of " + second.task +
                                   " lies inside '" + graph_.output_paths_[outer] + "', an output of " +
                                   first.task,
                               hint);
  else
    context_.diagnostics.error(
        second.output->path.range,
        "'" + graph_.output_paths_[inner] + "' is an output of both " + first.task + " and " + second.task,
        hint);
  if (first.output != second.output)
    context_.diagnostics.note(first.output->path.range, "the other output is here");
}

}  // namespace sluice::workflow
