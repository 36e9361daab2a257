// The clock seam: the driver and its parts ask this for the time, so that the simulator can run weeks in
// milliseconds and a failing seed replays exactly.
#pragma once

#include <cstdint>

namespace sluice {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_ns() = 0;  ///< since the Unix epoch; may jump
  virtual std::int64_t mono_ns() = 0;  ///< never goes back; meaningless across a reboot
};

class RealClock final : public Clock {
 public:
  std::int64_t wall_ns() override;
  std::int64_t mono_ns() override;
};

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

}  // namespace sluice
