// The bell of a study: an append-only file in which the deciding side names each trial whose run or control
// file it has just written. It says nothing that those files don't say; it spares the server from looking
// through 10,000 folders several times a second, and from believing folder times, which network file systems
// keep for a minute.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/handoff/layout.h"

namespace sluice::handoff {

/// The line to append, CRC and newline included. `run` is the trial's newest.
std::string bell_line(TrialRun id);

class BellReader {
 public:
  explicit BellReader(std::string path) : path_(std::move(path)) {}

  struct Rung {
    std::vector<TrialRun> trials;  ///< since the last call, in order
    bool unsure = false;           ///< something is damaged or was replaced: look everywhere
  };
  /// The first call gives nothing of what is there already: a server that starts looks at all trials anyway.
  Result<Rung> read(Disk& disk);

 private:
  std::string path_;
  std::uint64_t offset_ = 0;
  bool first_ = true;
};

}  // namespace sluice::handoff
