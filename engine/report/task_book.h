// Where every task of a run stands, put together from the graph that was kept with the run, what the store
// remembers of the tasks, and which attempts are alive. Inside the report only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/report/graph_snapshot.h"
#include "engine/report/progress.h"
#include "engine/report/run_summary.h"
#include "engine/store/store.h"

namespace sluice::report {

class TaskBook {
 public:
  explicit TaskBook(GraphSnapshot graph);

  /// Reads all tasks. `artifact` is called for each artifact of a task of the graph.
  Status load(store::Store& store, const std::string& run, std::size_t outputs_a_stage);
  void is_running(store::TaskId task);

  /// One row for each stage, and one for the trials of each that has some. `is_over`: whatever was not
  /// settled in this run did not have to run; else only as many as the plan had said.
  std::vector<StageSummary> stages(bool is_over) const;
  std::vector<StageOutputs> take_outputs();
  std::vector<Number> take_numbers();  ///< with their sources, not yet their values

  struct Failed {
    store::TaskId id = 0;
    std::string name;
    std::string reason;
  };
  const std::vector<Failed>& failed() const { return failed_; }

  /// The row of a task; nothing for one that the graph does not know.
  std::optional<std::uint32_t> row_of(store::TaskId task) const;
  /// Whether this attempt made the result that is there now.
  bool made_result(store::TaskId task, std::string_view run, int attempt) const;
  const std::vector<std::string>& result_runs() const { return runs_; }

 private:
  struct Entry {
    std::uint32_t row = 0;
    std::uint32_t result_run = 0;  ///< index into runs_
    int result_attempt = 0;        ///< 0: no result
    bool is_settled = false;       ///< in this run
    bool is_running = false;
  };

  std::optional<std::uint32_t> find_row(const store::Task& task) const;
  /// The task of a trial, until all of its study are known.
  struct TrialTask {
    store::TaskId id = 0;
    std::string name;
    std::string settled;
    std::string settled_run;
    std::string reason;
    int attempts = 0;
  };

  void enter(const store::Task& task, std::uint32_t row, const std::string& run);
  void enter_trials(const std::vector<TrialTask>& trials, std::uint32_t row,
                    const std::vector<store::Run>& runs);
  void note_outputs(const store::Task& task, std::uint32_t stage, std::size_t most);
  std::uint32_t run_index(std::string_view run);

  GraphSnapshot graph_;
  std::vector<StageSummary> rows_;  ///< tallies hold what was settled in this run
  std::vector<std::uint32_t> row_of_stage_;
  std::unordered_map<std::string, std::uint32_t> row_of_name_;
  std::unordered_map<store::TaskId, Entry> entries_;
  std::vector<Failed> failed_;
  std::vector<std::string> runs_;
  std::vector<StageOutputs> outputs_;  ///< by row
  std::vector<Number> numbers_;
};

}  // namespace sluice::report
