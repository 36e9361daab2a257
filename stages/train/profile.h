// Where a training's time goes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace sluice::train {

enum class Part : std::uint8_t {
  wait,
  copy,
  forward,
  backward,
  exchange,
  optimiser,
  bookkeeping,
  validation,
  checkpoint
};
constexpr std::array<std::string_view, 9> part_names = {"wait for data", "copy",       "forward",
                                                        "backward",      "exchange",   "optimiser",
                                                        "book-keeping",  "validation", "checkpoint"};

class Profile {
 public:
  /// From now on time belongs to this part.
  void enter(Part part) {
    const auto now = Clock::now();
    seconds_[static_cast<std::size_t>(current_)] += std::chrono::duration<double>(now - since_).count();
    since_ = now;
    current_ = part;
  }
  const std::array<double, part_names.size()>& seconds() const { return seconds_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::array<double, part_names.size()> seconds_{};
  Part current_ = Part::bookkeeping;
  Clock::time_point since_ = Clock::now();
};

}  // namespace sluice::train
