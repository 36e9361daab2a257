// Running a short helper program to its end with more patience than a number of seconds
// (engine/base/process.h): a program that answers late because others keep the machine busy is not a program
// that hangs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/process.h"

namespace sluice {

/// How long to wait for a helper program.
struct Patience {
  double wall_s = 0;
  double cpu_s = 0;  ///< of its own computing; 0: any
  double tell_after_s = 0;
  std::function<void()> tell;  ///< called once, when it takes longer than that
};

/// Runs to the end; error if it can't be started or takes too long.
Result<Captured> capture(const std::vector<std::string>& argv, const Patience& patience);

}  // namespace sluice
