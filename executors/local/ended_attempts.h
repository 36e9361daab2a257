// Which attempts have ended, as far as the journals of the runners in a folder tell: for looking, when the
// driver could not write it down (a full disk) or is gone. Nothing is changed and nobody is asked.
#pragma once

#include <string>
#include <unordered_set>

#include "engine/base/disk.h"
#include "executors/executor.h"

namespace sluice::executors {

std::unordered_set<Token> ended_attempts(Disk& disk, const std::string& runners_folder);

}  // namespace sluice::executors
