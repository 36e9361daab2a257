// Child attempts: what running tasks with trials ask for, by files in their study folder
// (docs/trial-protocol.md). This keeps the book of who asked for what; the scheduler treats a child like any
// other unit.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "engine/handoff/study_server.h"
#include "engine/schedule/scheduler.h"
#include "engine/store/rows.h"

namespace sluice::run {

struct Child {
  schedule::Unit owner = schedule::no_unit;
  std::string name;  ///< in the store: "sweep.trial-000123.run-0002"
  handoff::TrialRun id;
  std::string folder;  ///< of the trial
  int attempts = 0;    ///< made so far, also by earlier drivers
  int gpus = 0;        ///< of the newest
  store::TaskId task = 0;
};

/// One study: the folder through which an owner asks, and which unit each of its runs became.
struct Study {
  Study(Disk& disk, std::string folder) : server(disk, std::move(folder)) {}
  handoff::StudyServer server;
  std::map<handoff::TrialRun, schedule::Unit> units;
  std::int64_t look_again_ms = 0;
};

struct Children {
  std::unordered_map<schedule::Unit, Child> by_unit;
  std::map<schedule::Unit, std::unique_ptr<Study>> studies;  ///< by owner
  std::int64_t pause_ms = 0;                                 ///< until they are looked at again
};

}  // namespace sluice::run
