// What a Plan holds, for the two files that share the work: plan_make.cpp decides, plan.cpp answers.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/plan/contents.h"
#include "engine/plan/file_hashes.h"
#include "engine/plan/fingerprints.h"
#include "engine/plan/output_check.h"
#include "engine/plan/plan.h"

namespace sluice::plan {

using workflow::GroupIndex;
using workflow::StageIndex;

/// Where a decision comes from; the words for it are put together when somebody asks.
enum class Cause : std::uint8_t { none, never_ran, failed, interrupted, forced, output, content, upstream };

struct Verdict {
  Decision decision = Decision::excluded;
  Cause cause = Cause::none;
  std::uint32_t detail = 0;  ///< output: its index; upstream: the task
};

/// What the store knows of a task.
struct Past {
  store::TaskId id = 0;
  int attempts = 0;
  bool failed = false;
  Hash128 fingerprint;
};

struct Plan::State {
  State(const TaskGraph& the_graph, store::Store& the_store, Disk& disk, Clock& clock,
        PlanOptions the_options);

  Status decide();  ///< the whole pass

  // ---- plan_make.cpp ----
  Status read_store();
  void remember(TaskIndex task, const store::Task& row);
  Status read_files();
  Status decide_stage(StageIndex stage);
  std::optional<Verdict> verdict_without_content(TaskIndex task);
  std::optional<Verdict> verdict_on_outputs(TaskIndex task) const;
  Status compare(const std::vector<TaskIndex>& tasks);
  Status complain_about_missing();
  TaskIndex pending_producer(TaskIndex task);   ///< the first that will run, or no_task
  TaskIndex excluded_producer(TaskIndex task);  ///< the first whose result is not there, or no_task
  void look_at_group(GroupIndex group);

  // ---- plan.cpp ----
  Result<Verdict> verdict_on_content(TaskIndex task);
  void add_differences(TaskIndex task, std::vector<Reason>& reasons);

  const TaskGraph& graph;
  store::Store& store;
  PlanOptions options;
  Selected selected;
  Contents contents;
  FileHashes files;
  Fingerprints fingerprints;
  OutputCheck outputs;
  std::vector<Past> past;
  std::vector<Verdict> verdicts;
  std::unordered_map<TaskIndex, std::string> failures;  ///< why the last attempt failed
  std::unordered_map<TaskIndex, Hash128> prepared;      ///< fingerprints of what has been submitted
  struct GroupView {
    bool seen = false;
    TaskIndex pending = workflow::no_task;
    TaskIndex excluded = workflow::no_task;
  };
  std::vector<GroupView> groups;
};

}  // namespace sluice::plan
