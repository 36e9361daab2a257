#include "engine/report/time_axis.h"

#include <cmath>

#include "engine/base/units.h"

namespace sluice::report {

namespace {

constexpr double minute = 60;
constexpr double hour = 3600;
constexpr double day = 86400;

/// The first round step of which not more than `most` fit.
double round_step(double seconds, std::size_t most) {
  static constexpr double steps[] = {
      0.001,       0.002,       0.005,       0.01,     0.02,     0.05,     0.1,      0.2,        0.5,
      1,           2,           5,           10,       15,       30,       minute,   2 * minute, 5 * minute,
      10 * minute, 15 * minute, 30 * minute, hour,     2 * hour, 3 * hour, 6 * hour, 12 * hour,  day,
      2 * day,     5 * day,     10 * day,    20 * day, 50 * day, 100 * day};
  for (const double step : steps)
    if (seconds / step <= static_cast<double>(most)) return step;
  return seconds / static_cast<double>(most);
}

/// Without parts that are zero: "2 min", "3 h".
std::string label(double seconds) {
  std::string text = format_seconds(seconds);
  for (const char* zero : {" 00 s", " 00 min", " 0 h"})
    if (text.ends_with(zero)) text.resize(text.size() - std::string_view(zero).size());
  return text;
}

}  // namespace

std::vector<Tick> ticks(const TimeAxis& axis, std::size_t most) {
  const double step = round_step(axis.seconds, most);
  std::vector<Tick> all;
  for (std::size_t i = 0; static_cast<double>(i) * step <= axis.seconds * 1.0001; ++i) {
    const double seconds = static_cast<double>(i) * step;
    all.push_back({axis.left + axis.width * seconds / axis.seconds, label(seconds)});
  }
  return all;
}

}  // namespace sluice::report
