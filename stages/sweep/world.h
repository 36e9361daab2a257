// Where trials are trained: by the engine, through the files of a study folder, or not at all, when a study
// is rehearsed on recorded learning curves.
#pragma once

#include <optional>
#include <utility>

#include "stages/hpo/study/study.h"

namespace sluice::sweep {

class World {
 public:
  virtual ~World() = default;
  /// Asks for the work. Asking again for what was asked before changes nothing.
  virtual Status ask(const hpo::Work& work, int run) = 0;
  /// What became of it; nothing as long as it is under way.
  virtual Result<std::optional<hpo::WorkResult>> look(const hpo::Work& work, int run) = 0;
  /// Waits a little for something to happen.
  virtual void wait() = 0;
};

}  // namespace sluice::sweep
