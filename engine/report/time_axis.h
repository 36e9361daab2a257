// The horizontal axis of the time line: from nanoseconds to places on the page, with ticks at round times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::report {

struct TimeAxis {
  std::int64_t begin_ns = 0;
  double seconds = 1;  ///< its whole length
  double left = 0;     ///< on the page
  double width = 1;

  double at(std::int64_t ns) const {
    return left + width * (1e-9 * static_cast<double>(ns - begin_ns)) / seconds;
  }
};

struct Tick {
  double x = 0;
  std::string label;  ///< since the beginning: "90 s"
};
/// Not more than about `most`.
std::vector<Tick> ticks(const TimeAxis& axis, std::size_t most);

}  // namespace sluice::report
