// Child attempts: what running tasks with trials ask for, by files in their study folder (docs/trial-protocol.md). This
// keeps the book of who asked for what; the scheduler treats a child like any other unit.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/schedule/scheduler.h"
#include "engine/store/rows.h"

namespace sluice::run {

struct Child {
  schedule::Unit owner = schedule::no_unit;
  std::string name;          ///< in the store: "sweep/trial-000123/run-0002"
  std::string trial_folder;  ///< absolute
  int run = 0;               ///< number of the run request in its trial
  int attempts = 0;
  store::TaskId id = 0;
};

using Children = std::unordered_map<schedule::Unit, Child>;

}  // namespace sluice::run
