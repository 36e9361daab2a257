// The plug-in of an earlier driver may outlive that driver by a moment, busy with its last request. Two
// plug-ins for one run folder would not know of each other's submissions, so the new one waits until the old
// one has gone.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/base/process.h"

namespace sluice::executors::external {

/// Which process is the plug-in of this folder now: FOLDER/plugin.json.
Status remember_plugin(Disk& disk, const std::string& folder, pid_t pid);

class Predecessor {
 public:
  Predecessor(Disk& disk, Processes& processes, const std::string& folder);

  bool lives();
  /// It has had its time.
  void kill();

 private:
  Processes& processes_;
  ProcessId process_;
};

}  // namespace sluice::executors::external
