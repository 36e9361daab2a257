#include "engine/report/advice.h"

#include <algorithm>
#include <cmath>

#include "engine/base/units.h"

namespace sluice::report {

namespace {

constexpr double reserve = 1.2;
constexpr double worth_saving = 0.7;   // of what is asked for; above it, nothing needs to change
constexpr double least_bytes = 100e6;  // nobody queues longer for that little
constexpr double least_s = 600;
constexpr double too_close = 0.95;  // of what is asked for

/// The smallest number of two digits (times a power of ten) that is not less.
double round_up(double value) {
  if (value <= 0) return 0;
  const double step = std::pow(10.0, std::floor(std::log10(value)) - 1);
  return std::ceil(value / step - 1e-9) * step;
}

}  // namespace

std::string round_bytes_up(double bytes) {
  return format_bytes(static_cast<std::uint64_t>(std::llround(round_up(bytes))));
}

std::string memory_advice(const Cost& cost) {
  if (cost.asked_bytes == 0 || cost.usual_bytes == 0) return "";
  const auto asked = static_cast<double>(cost.asked_bytes);
  const double enough = std::max(static_cast<double>(cost.usual_bytes) * reserve, least_bytes);
  if (enough < asked * worth_saving) return "memory = \"" + round_bytes_up(enough) + "\" would do";
  if (static_cast<double>(cost.peak_bytes) > asked * too_close)
    return "too close to its limit: memory = \"" +
           round_bytes_up(static_cast<double>(cost.peak_bytes) * reserve) + "\" would be safe";
  return "";
}

std::string time_advice(const Cost& cost) {
  if (cost.asked_s <= 0 || cost.longest_s <= 0) return "";
  const double enough = std::max(cost.longest_s * 2, least_s);
  const auto whole_minutes = [](double seconds) { return format_seconds(std::ceil(seconds / 60) * 60); };
  const auto written = [&](double seconds) {
    std::string text = whole_minutes(seconds);
    if (text.ends_with(" 00 s")) text.resize(text.size() - 5);
    return text;
  };
  if (enough < cost.asked_s / 2) return "time = \"" + written(enough) + "\" would do";
  if (cost.longest_s > cost.asked_s * too_close)
    return "too close to its limit: time = \"" + written(cost.longest_s * 1.5) + "\" would be safe";
  return "";
}

}  // namespace sluice::report
