#include "stages/sweep/report/axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace sluice::sweep {

namespace {

constexpr double round_steps[] = {1, 2, 5, 10};

/// 1, 2 or 5 times a power of ten: the first of which not more than `most` fit.
double round_step(double span, std::size_t most) {
  const double least = span / static_cast<double>(most);
  const double decade = std::pow(10, std::floor(std::log10(least)));
  for (const double step : round_steps)
    if (step * decade >= least * (1 - 1e-9)) return step * decade;
  return 10 * decade;
}

/// With the digits that tell neighbours apart.
std::string label(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  const double size = std::abs(value);
  constexpr double large = 1e6;
  constexpr double small = 1e-4;
  const auto decade = [](double x) { return static_cast<int>(std::floor(std::log10(x) + 1e-9)); };
  const int digits = std::max(0, decade(size) - decade(step));
  std::array<char, 40> text = {};
  if (size >= large || size < small) {
    (void)std::snprintf(text.data(), text.size(), "%.*g", digits + 1, value);
    std::string number = text.data();
    for (const char* zeros : {"e-0", "e+0"})
      if (const auto at = number.find(zeros); at != std::string::npos)
        number.replace(at, 3, zeros[1] == '-' ? "e-" : "e");
    if (const auto plus = number.find("e+"); plus != std::string::npos) number.erase(plus + 1, 1);
    return number;
  }
  const int decimals = std::max(0, -decade(step));
  (void)std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::vector<double> linear_marks(double low, double high, std::size_t most, double& step) {
  step = round_step(high - low, most);
  std::vector<double> marks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
    marks.push_back(i * step);
  return marks;
}

/// Powers of ten, or 1, 2, 5 between them when there are few.
std::vector<double> log_marks(double low, double high, std::size_t most) {
  const double decades = std::log10(high / low);
  std::vector<double> marks;
  const auto every = std::max(1.0, std::ceil(decades / static_cast<double>(most)));
  const bool with_2_and_5 = decades * 3 <= static_cast<double>(most);
  for (double exponent = std::floor(std::log10(low)); exponent <= std::log10(high) + 1e-9; ++exponent) {
    if (std::fmod(std::abs(exponent), every) != 0) continue;
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10, exponent);
      if ((digit > 1 && !with_2_and_5) || value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      marks.push_back(value);
    }
  }
  return marks;
}

}  // namespace

Axis::Axis(double low, double high, bool log) : low_(low), high_(high), log_(log && low > 0) {
  if (low_ > high_) std::swap(low_, high_);
  if (low_ < high_) return;
  const double room = low_ == 0 ? 1 : std::abs(low_) * 0.1;  // a single value stands in the middle
  low_ -= room;
  high_ += room;
}

Axis Axis::of_names(std::vector<std::string> names, double first) {
  Axis axis(first - 0.5, first + static_cast<double>(names.size()) - 0.5);
  axis.names_ = std::move(names);
  return axis;
}

Axis Axis::of(const hpo::Parameter& parameter) {
  constexpr std::uint64_t few = 12;
  std::vector<std::string> names;
  if (parameter.kind == hpo::Kind::integer && !parameter.log && parameter.step == 1 &&
      parameter.count() <= few) {
    for (double value = parameter.low; value <= parameter.high; ++value) names.push_back(short_number(value));
    return of_names(std::move(names), parameter.low);
  }
  if (parameter.is_number()) return {parameter.low, parameter.high, parameter.log};
  for (std::size_t i = 0; i < parameter.values.size(); ++i)
    names.push_back(value_text(parameter, static_cast<double>(i)));
  return of_names(std::move(names));
}

double Axis::at(double value) const {
  const double bounded = std::clamp(value, low_, high_);
  if (log_) return std::log(bounded / low_) / std::log(high_ / low_);
  return (bounded - low_) / (high_ - low_);
}

bool Axis::contains(double value) const { return value >= low_ && value <= high_; }

std::vector<Tick> Axis::ticks(std::size_t most) const {
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < names_.size(); ++i)
    ticks.push_back({(static_cast<double>(i) + 0.5) / static_cast<double>(names_.size()), names_[i]});
  if (!names_.empty()) return ticks;
  if (log_) {
    const auto marks = log_marks(low_, high_, most);
    for (const double mark : marks) ticks.push_back({at(mark), label(mark, mark)});
    if (marks.size() >= 2) return ticks;
    ticks.clear();
  }
  double step = 1;
  for (const double mark : linear_marks(low_, high_, most, step))
    ticks.push_back({at(mark), label(mark, step)});
  return ticks;
}

LossAxis loss_axis(std::vector<double> losses, const hpo::Study& study) {
  std::erase_if(losses, [](double loss) { return !std::isfinite(loss); });
  if (losses.empty()) return {};
  std::sort(losses.begin(), losses.end());
  const double best = losses.front();
  double end = losses.back();
  constexpr double decades = 50;
  const double a = study.reported(best);
  const double b = study.reported(end);
  if (std::min(a, b) > 0 && std::max(a, b) / std::min(a, b) > decades) return {{a, b, true}, 0};
  constexpr std::size_t tenth = 10;
  constexpr double pressed_flat = 3;
  const double most = losses[losses.size() - 1 - losses.size() / tenth];
  if (most > best && end - best > pressed_flat * (most - best)) end = most;
  const auto beyond = losses.end() - std::upper_bound(losses.begin(), losses.end(), end);
  return {{a, study.reported(end)}, static_cast<std::size_t>(beyond)};
}

}  // namespace sluice::sweep
