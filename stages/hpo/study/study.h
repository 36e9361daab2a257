// A study at work: any searcher with any scheduler. It says what to do next and is told what came of it; it
// starts nothing, knows no clock and no file. The same calls in the same order give the same answers, which
// is what the journal relies on. A deterministic study gives the same answers even when results arrive in
// another order.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "stages/hpo/study/settings.h"

namespace sluice::hpo {

/// One stretch of training of one trial.
struct Work {
  std::int64_t number = 0;  ///< 0, 1, 2, … in the order of decisions
  Job job;
  Point point;
};

enum class Ending : std::uint8_t {
  milestone,   ///< trained as far as asked
  completed,   ///< has nothing left to do
  infeasible,  ///< out of memory, or a loss that is no number
  lost         ///< says nothing about the configuration
};

struct WorkResult {
  Ending ending = Ending::milestone;
  std::vector<Measure>
      curve;  ///< what was measured on the way, in the order of steps; as the trial reports it
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
  /// More trials than the study began with.
  void allow(std::int64_t trials) { settings_.trials = trials; }
  /// Nothing is under way and nothing will come.
  bool is_done();

  const StudySettings& settings() const { return settings_; }
  const std::vector<Observation>& trials() const { return trials_; }
  /// All work there ever was, by number.
  const std::vector<Work>& works() const { return work_; }
  /// That of it which has no result yet.
  std::vector<Work> outstanding() const;
  /// The trial with the best loss among those that came farthest; nothing as long as there is none.
  const Observation* best() const;
  /// A loss as the trial reports it: the sign of what is maximised is turned inside.
  double reported(double loss) const { return settings_.maximise ? -loss : loss; }

 private:
  std::optional<Work> decide(const Point* known);
  std::optional<Work> take_work(const Point* known);
  std::optional<Point> configuration(std::int64_t trial, const Point* known);
  bool feed_up_to(std::int64_t work);
  bool feed_one();
  void feed(std::int64_t work, const WorkResult& result);

  StudySettings settings_;
  std::unique_ptr<Searcher> searcher_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<Observation> trials_;
  std::vector<Work> work_;
  std::vector<bool> told_;                      ///< whose result has come
  std::map<std::int64_t, WorkResult> waiting_;  ///< results whose turn has not come
  std::int64_t fed_ = 0;                        ///< deterministic: results below this are fed
  std::int64_t under_way_ = 0;
  std::deque<Job> goes_on_;
  bool exhausted_ = false;  ///< no other configurations
};

}  // namespace sluice::hpo
