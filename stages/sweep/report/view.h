// A study as somebody looks at it: with the words people use for the state of a trial, and with everything
// that was measured, as the trials reported it (a metric that is maximised is not turned around).
#pragma once

#include <string>
#include <vector>

#include "stages/hpo/study/journal.h"
#include "stages/hpo/study/study.h"

namespace sluice::sweep {

class View {
 public:
  /// `times`: from the journal, by number of the work; empty where they are not wanted.
  explicit View(hpo::Study& study, std::vector<hpo::WorkTimes> times = {});

  const hpo::Study& study() const { return study_; }
  const hpo::StudySettings& settings() const { return study_.settings(); }
  const hpo::Space& space() const { return study_.settings().space; }
  const std::vector<hpo::Observation>& trials() const { return study_.trials(); }
  bool is_done() const { return is_done_; }

  /// "running", "paused", "finished", "stopped early", "infeasible" or "failed".
  std::string state(const hpo::Observation& trial) const;
  bool is_bad(const hpo::Observation& trial) const;
  /// Numbers of the work of a trial, in order.
  const std::vector<std::size_t>& works(const hpo::Observation& trial) const;
  /// All that it measured on the way, not only at milestones.
  std::vector<hpo::Measure> curve(const hpo::Observation& trial) const;
  double value(const hpo::Observation& trial) const { return study_.reported(trial.loss()); }
  /// Trials that have a loss, the best first: those that came farther are better than all others.
  std::vector<const hpo::Observation*> ranking() const;

  bool has_times() const;
  const std::vector<hpo::WorkTimes>& times() const { return times_; }
  /// Steps trained in all trials together.
  std::int64_t steps_trained() const;
  /// Between the first decision and the last result; 0: unknown.
  double seconds() const;

 private:
  const hpo::Study& study_;
  std::vector<hpo::WorkTimes> times_;
  std::vector<std::vector<std::size_t>> works_;  ///< by trial
  bool is_done_ = false;
};

/// How far a work got: its last measured step; where it began if there is none.
std::int64_t last_step(const hpo::Work& work, const hpo::WorkResult& result);

std::string short_number(double value);  ///< six digits at most: for people
std::string exact_number(double value);  ///< as many digits as give the same bits back
/// The value of one parameter of a point as people write it; empty when it is inactive.
std::string value_text(const hpo::Parameter& parameter, double value);

/// "lr 0.001, loss focal", with short numbers.
std::string point_text(const hpo::Space& space, const hpo::Point& point);

}  // namespace sluice::sweep
