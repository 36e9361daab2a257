// What a stage should ask for, judged by what its tasks have used.
#pragma once

#include <string>

#include "engine/report/run_summary.h"

namespace sluice::report {

/// "memory = "3.1 GB" would do": a fifth more than what 95 of 100 tasks needed. Empty when there is nothing
/// to say.
std::string memory_advice(const Cost& cost);
/// The same for the time limit, by the longest task.
std::string time_advice(const Cost& cost);

/// Two digits, rounded up: "3.2 GB".
std::string round_bytes_up(double bytes);

}  // namespace sluice::report
