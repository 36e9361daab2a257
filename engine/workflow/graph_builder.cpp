#include "engine/workflow/graph_builder.h"

#include <algorithm>

#include "engine/workflow/input_groups.h"
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

bool uses_path(const std::vector<CompiledWord>& words, std::uint32_t key) {
  return std::any_of(words.begin(), words.end(), [&](const CompiledWord& word) {
    return std::any_of(word.parts.begin(), word.parts.end(), [&](const Part& part) {
      return part.kind == Part::Kind::key_path && part.index == key;
    });
  });
}

}  // namespace

TaskGraph GraphBuilder::build() {
  reserve();
  graph_.output_paths_ = std::move(places_.paths);
  for (const std::uint32_t index : order_) {
    first_tasks_[index] = static_cast<TaskIndex>(graph_.names.size());
    add_stage(drafts_[index]);
    graph_.output_begin_.push_back(places_.begin[index]);
  }
  add_inputs();
  graph_.forms_ = std::make_shared<const std::vector<TaskGraph::Form>>(std::move(forms_));
  return std::move(graph_);
}

void GraphBuilder::reserve() {
  std::size_t tasks = 0;
  std::size_t keys = 0;
  std::size_t inputs = 0;
  for (const StageDraft& draft : drafts_) {
    tasks += draft.fanout.rows;
    keys += draft.fanout.rows * draft.keys.size();
    inputs += draft.fanout.rows * draft.inputs.size();
  }
  graph_.names.reserve(tasks);
  graph_.stage_of.reserve(tasks);
  graph_.key_texts_.reserve(keys);
  graph_.group_begin.reserve(tasks + 1);
  graph_.task_groups.reserve(inputs);
}

void GraphBuilder::add_stage(const StageDraft& draft) {
  Stage stage = workflow::stage_of(draft);
  stage.first_task = static_cast<TaskIndex>(graph_.names.size());
  stage.task_count = static_cast<std::uint32_t>(draft.fanout.rows);
  add_tasks(draft, stage);
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

}  // namespace sluice::workflow
