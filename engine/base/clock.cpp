#include "engine/base/clock.h"

#include <ctime>

namespace sluice {

namespace {

std::int64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * ns_per_s + now.tv_nsec;
}

}  // namespace

std::int64_t RealClock::wall_ns() { return read_clock(CLOCK_REALTIME); }
std::int64_t RealClock::mono_ns() { return read_clock(CLOCK_MONOTONIC); }

}  // namespace sluice
