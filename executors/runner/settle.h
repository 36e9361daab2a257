// Closes the books of a runner that died (kill -9, a crash): ends the programs it left, since nobody can say
// any more how they end, and records each as lost. They are asked first, so that they can write a checkpoint.
// What is found goes to a file of its own, FOLDER/settled, because a journal has one writer only. Doing it
// again gives the same.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace sluice::executors {

std::string settled_path(const std::string& folder);

struct SettleOptions {
  std::string folder;
  /// Its host has been silent for too long: there are no processes that could be ended from here.
  bool host_lost = false;
};

Status settle(const SettleOptions& options);

}  // namespace sluice::executors
