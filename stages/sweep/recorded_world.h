// Rehearsing a study on learning curves that were recorded earlier: each trial behaves like the recorded
// training whose configuration is nearest. It shows in a second what a searcher and a scheduler would have
// done, and costs no GPU.
#pragma once

#include <deque>
#include <string>

#include "stages/sweep/world.h"

namespace sluice::sweep {

struct Recording {
  hpo::Point point;
  std::vector<double> losses;  ///< after steps 1, 2, …
};

/// CSV: a column for each parameter of the space, and columns METRIC_0, METRIC_1, … Other columns are
/// ignored.
Result<std::vector<Recording>> read_recordings(const hpo::StudySettings& settings, const std::string& text,
                                               const std::string& where);

class RecordedWorld final : public World {
 public:
  RecordedWorld(std::vector<Recording> recordings, const hpo::Space& space)
      : recordings_(std::move(recordings)), space_(space) {}

  Status ask(const hpo::Work&) override { return Ok{}; }
  Result<std::optional<Seen>> look(const hpo::Work& work) override;
  Status wait() override { return Ok{}; }

 private:
  const Recording& nearest(const hpo::Point& point) const;

  std::vector<Recording> recordings_;
  const hpo::Space& space_;
};

}  // namespace sluice::sweep
