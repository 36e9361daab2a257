// Where trials are trained: by the engine, through the files of a study folder, or not at all, when a study
// is rehearsed on recorded learning curves.
#pragma once

#include <optional>
#include <utility>

#include "stages/hpo/study/study.h"

namespace sluice::sweep {

struct Seen {
  enum class Kind : std::uint8_t {
    over,       ///< with this result
    gone,       ///< machines failed: not the trial's fault
    cancelled,  ///< a person did it, or whoever cancels the whole sweep
  };
  Kind kind = Kind::over;
  hpo::WorkResult result;  ///< what there is of it, also when it is gone
};

class World {
 public:
  virtual ~World() = default;
  /// Asks for the work, or its newest run. Asking again for what was asked before changes nothing.
  virtual Status ask(const hpo::Work& work) = 0;
  /// After some were asked for: they go out together.
  virtual Status send() { return Ok{}; }
  /// What became of it; nothing as long as it is under way.
  virtual Result<std::optional<Seen>> look(const hpo::Work& work) = 0;
  /// Its run is to end soon, with a checkpoint; nobody waits for that.
  virtual Status stop(const hpo::Work& /*work*/) { return Ok{}; }
  /// Nobody will need the checkpoints of the trial, whose last run this was. False: not now, it still runs.
  virtual Result<bool> forget(std::int64_t /*trial*/, int /*run*/) { return true; }
  /// Waits a little for something to happen.
  virtual Status wait() = 0;
};

}  // namespace sluice::sweep
