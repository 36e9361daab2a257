// A study at work: any searcher with any scheduler. It says what to do next and is told what came of it; it
// starts nothing, knows no clock and no file. The same calls in the same order give the same answers, which
// is what the journal relies on. A deterministic study gives the same answers even when results arrive in
// another order.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "stages/hpo/study/settings.h"

namespace sluice::hpo {

/// One stretch of training of one trial.
struct Work {
  std::int64_t number = 0;  ///< 0, 1, 2, … in the order of decisions
  Job job;
  Point point;
  int first_run = 1;  ///< the runs of its trial, counted from 1, that this work took: from this one
  int run = 1;        ///< to this one
};

/// What a stretch of training took, all its attempts together.
struct Cost {
  double seconds = 0;      ///< of the clock
  double gpu_seconds = 0;  ///< times the number of GPUs
};

enum class Ending : std::uint8_t {
  milestone,   ///< trained as far as asked
  completed,   ///< has nothing left to do
  passed,      ///< trained as far as asked, and goes on at once if it may: it is not over yet
  stopped,     ///< ended earlier, because it was asked to, with a checkpoint
  infeasible,  ///< out of memory, or a loss that is no number
  lost         ///< says nothing about the configuration
};

struct WorkResult {
  Ending ending = Ending::milestone;
  std::vector<Measure>
      curve;  ///< what was measured on the way, in the order of steps; as the trial reports it
  Cost cost = {};
  std::string why = {};  ///< for people: what happened to a trial that failed
};

class Study {
 public:
  explicit Study(StudySettings settings);
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  /// Nothing: wait for results, or all is done.
  std::optional<Work> next() { return decide(nullptr); }
  /// For a replay: the configuration is known already, in case a new trial is what comes next.
  std::optional<Work> next_known(const Point& point) { return decide(&point); }
  void result(std::int64_t work, WorkResult result);
  /// The work was lost without any fault of its trial: it gets another run, which this returns.
  const Work& again(std::int64_t work);
  /// How many trials there may be: from the beginning, or more of them later.
  void allow(std::int64_t trials);
  /// Of a study that was run with another number than its file has; before the first decision.
  void set_parallel(std::int64_t parallel) { settings_.parallel = parallel; }
  /// For those who only look: a deterministic study hears results when their turn comes; this hears all there
  /// are. It decides nothing sensible afterwards.
  void hear_all();
  /// Nothing is under way and nothing will come.
  bool is_done();

  const StudySettings& settings() const { return settings_; }
  const std::vector<Observation>& trials() const { return trials_; }
  /// All work there ever was, by number.
  const std::vector<Work>& works() const { return work_; }
  /// What came of each of them, as it was reported; nothing as long as it is under way.
  const std::vector<std::optional<WorkResult>>& results() const { return results_; }
  /// The work which has no result yet.
  std::vector<Work> outstanding() const;
  /// Trials that passed their last milestone and go on, though no work of theirs is under way: whoever runs
  /// them should stop them.
  const std::set<std::int64_t>& running_on() const { return running_on_; }
  /// Trials that have ended, will not be continued and are not among the best `keep`: nobody needs their
  /// checkpoints.
  std::vector<std::int64_t> disposable(std::int64_t keep) const;
  /// How many runs a trial had.
  int runs(std::int64_t trial) const;
  /// What the budget counts, as far as decisions know.
  double spent() const { return spent_; }
  bool is_budget_used_up() const;
  /// The trial with the best loss among those that came farthest; nothing as long as there is none.
  const Observation* best() const;
  /// A loss as the trial reports it: the sign of what is maximised is turned inside.
  double reported(double loss) const { return settings_.maximise ? -loss : loss; }

 private:
  std::optional<Work> decide(const Point* known);
  std::optional<Work> take_work(const Point* known);
  std::optional<Point> configuration(std::int64_t trial, const Point* known);
  bool feed_up_to(std::size_t work);
  bool feed_one();
  bool wants_more_trials() const;
  void feed(std::int64_t work, const WorkResult& result);

  StudySettings settings_;
  std::unique_ptr<Searcher> searcher_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<Observation> trials_;
  std::vector<Work> work_;
  std::vector<std::optional<WorkResult>> results_;  ///< by number of the work
  std::size_t fed_ = 0;  ///< deterministic: the scheduler has heard the results below this
  std::int64_t under_way_ = 0;
  std::map<std::int64_t, int> runs_;  ///< of each trial
  std::set<std::int64_t> running_on_;
  double spent_ = 0;
  std::deque<Job> goes_on_;
  bool exhausted_ = false;  ///< no other configurations
};

}  // namespace sluice::hpo
