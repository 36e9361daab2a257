// How often the runner looks at what it runs. All processes of the machine are looked at to learn which
// belong to an attempt: dear on a large node, and needed less the longer nothing was started, as programs
// start their helpers early. Between two such looks only the processes already known are read, where a memory
// limit is ours to enforce.
#pragma once

#include <cstdint>

namespace sluice::executors {

/// Until all processes are looked at again: `youngest_s` ago the newest attempt was started, the last look
/// took `cost_s`; `enforcing`: somebody's memory limit is ours to enforce.
double until_next_scan_s(double youngest_s, bool enforcing, double cost_s);

/// Until an attempt that uses `bytes` may have grown to its limit.
double until_limit_s(std::uint64_t bytes, std::uint64_t limit);

}  // namespace sluice::executors
