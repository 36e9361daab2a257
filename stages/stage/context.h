// What a running stage has besides its options: progress, checkpoints, the count of what it skipped, its
// share of the machine.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "engine/base/result.h"
#include "stages/stage/progress.h"
#include "stages/stage/state.h"

namespace sluice::stage {

class Context {
 public:
  Context(Progress& progress, State* state, int cpus, int rank, bool strict, std::set<std::string> given)
      : progress_(progress),
        state_(state),
        cpus_(cpus),
        rank_(rank),
        strict_(strict),
        given_(std::move(given)) {}

  Progress& progress() { return progress_; }
  int cpus() const { return cpus_; }  ///< threads to use; results must not depend on it
  bool strict() const { return strict_; }
  int rank() const { return rank_; }  ///< among MPI ranks; outputs are written by rank 0

  /// Names of the parameters that stand on the command line; the others have their defaults.
  const std::set<std::string>& given() const { return given_; }

  /// Null for a stage run by hand without --state.
  State* state() { return state_; }
  /// Commit the state and return Outcome::again as soon as this is true. Never true without a state folder.
  bool should_stop() const;

  /// A bad event: counted under its reason ("negative energy") and left out. With --strict it is an error
  /// instead.
  Status skip(const std::string& reason, const std::string& where);
  std::map<std::string, std::int64_t> skipped() const;
  /// "skipped 3: 2 x negative energy (first: a.root:17), 1 x ..."; empty when nothing was.
  std::string skipped_summary() const;

 private:
  struct Skips {
    std::int64_t count = 0;
    std::string first;
  };

  Progress& progress_;
  State* state_;
  int cpus_;
  int rank_;
  bool strict_;
  std::set<std::string> given_;
  mutable std::mutex mutex_;
  std::map<std::string, Skips> skips_;
};

}  // namespace sluice::stage
