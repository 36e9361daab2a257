#include <algorithm>
#include <cmath>

#include "engine/base/units.h"
#include "engine/report/html.h"
#include "engine/report/timeline.h"
#include "engine/report/timeline_parts.h"

namespace sluice::report {

namespace {

constexpr double narrowest_bar = 1;

std::string tooltip(const Span& span) {
  std::string text = span.task;
  if (span.attempt > 1) text += ", attempt " + std::to_string(span.attempt);
  text += ": " + format_seconds(1e-9 * static_cast<double>(span.end_ns - span.begin_ns));
  if (span.is_running) text += " so far";
  if (span.is_bad) text += ", did not succeed";
  return text;
}

std::string bar_class(const Span& span) {
  std::string css = stage_class(span.stage);
  if (span.is_running) css += " now";
  return css;
}

/// For each column of one lane the stage that was busiest in it.
class Columns {
 public:
  Columns(std::size_t columns, std::size_t stages)
      : columns_(columns), stages_(stages), busy_(columns * stages, 0) {}

  void add(const Span& span, const TimeAxis& axis) {
    const double begin = std::clamp(axis.at(span.begin_ns) - axis.left, 0.0, static_cast<double>(columns_));
    const double end = std::clamp(axis.at(span.end_ns) - axis.left, begin, static_cast<double>(columns_));
    for (auto column = static_cast<std::size_t>(begin);
         column < columns_ && static_cast<double>(column) < end; ++column) {
      const double from = std::max(begin, static_cast<double>(column));
      const double to = std::min(end, static_cast<double>(column) + 1);
      busy_[column * stages_ + span.stage] += static_cast<float>(to - from);
    }
  }
  /// stages() where less than a fifth of the column was busy.
  std::size_t busiest(std::size_t column) const {
    constexpr float enough = 0.2F;
    const auto begin = busy_.begin() + static_cast<std::ptrdiff_t>(column * stages_);
    const auto end = begin + static_cast<std::ptrdiff_t>(stages_);
    float sum = 0;
    for (auto it = begin; it != end; ++it) sum += *it;
    if (sum < enough) return stages_;
    return static_cast<std::size_t>(std::max_element(begin, end) - begin);
  }

 private:
  std::size_t columns_;
  std::size_t stages_;
  std::vector<float> busy_;
};

/// The next round number above: 294 is 300.
double round_scale(double most) {
  if (most <= 1) return 1;
  const double step = std::pow(10.0, std::floor(std::log10(most)));
  return std::ceil(2 * most / step) * step / 2;
}

}  // namespace

std::string single_bars(std::span<const Span> spans, const std::vector<Lane>& lanes, const TimeAxis& axis,
                        const LaneLook& look) {
  std::string svg;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    for (const std::uint32_t i : lanes[lane].spans) {
      const Span& span = spans[i];
      const double x = axis.at(span.begin_ns);
      const double width = std::max(axis.at(span.end_ns) - x, narrowest_bar);
      const std::string place = "x=\"" + svg_number(x) + "\" y=\"" + svg_number(look.y(lane)) +
                                "\" width=\"" + svg_number(width) + "\" height=\"" + svg_number(look.height) +
                                "\"";
      svg += "<g><title>" + escape(tooltip(span)) + "</title><rect class=\"" + bar_class(span) + "\" " +
             place + "/>";
      if (span.is_bad) svg += "<rect class=\"bad\" " + place + "/>";
      svg += "</g>\n";
    }
  }
  return svg;
}

std::string merged_bars(std::span<const Span> spans, const std::vector<Lane>& lanes,
                        const std::vector<StageSummary>& stages, const TimeAxis& axis, const LaneLook& look) {
  const auto columns = static_cast<std::size_t>(axis.width);
  std::vector<std::string> paths(stages.size());
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    Columns busy(columns, stages.size());
    for (const std::uint32_t i : lanes[lane].spans) busy.add(spans[i], axis);
    const std::string y = svg_number(look.y(lane) + look.height / 2);
    for (std::size_t column = 0; column < columns;) {
      const std::size_t stage = busy.busiest(column);
      std::size_t end = column + 1;
      while (end < columns && busy.busiest(end) == stage) ++end;
      if (stage < stages.size())
        paths[stage] += "M" + svg_number(axis.left + static_cast<double>(column)) + " " + y + "h" +
                        std::to_string(end - column);
      column = end;
    }
  }
  std::string svg;
  for (std::size_t stage = 0; stage < stages.size(); ++stage)
    if (!paths[stage].empty())
      svg += "<path class=\"merged " + stage_class(stage) + "\" stroke-width=\"" + svg_number(look.height) +
             "\" d=\"" + paths[stage] + "\"><title>" + escape(stages[stage].about.name) + "</title></path>\n";
  return svg;
}

std::string stacked_areas(std::span<const Span> spans, const std::vector<StageSummary>& stages,
                          const TimeAxis& axis, double top, double height, double& most_at_once) {
  constexpr double column_width = 2;
  const auto columns = static_cast<std::size_t>(std::max(axis.width / column_width, 1.0));
  const TimeAxis narrow{axis.begin_ns, axis.seconds, 0, static_cast<double>(columns)};
  std::vector<std::vector<double>> busy(stages.size(), std::vector<double>(columns, 0));
  for (const Span& span : spans) {
    const double begin = std::clamp(narrow.at(span.begin_ns), 0.0, narrow.width);
    const double end = std::clamp(narrow.at(span.end_ns), begin, narrow.width);
    for (auto column = static_cast<std::size_t>(begin); column < columns && static_cast<double>(column) < end;
         ++column)
      busy[span.stage][column] +=
          std::min(end, static_cast<double>(column) + 1) - std::max(begin, static_cast<double>(column));
  }
  std::vector<double> below(columns, 0);
  for (const auto& stage : busy)
    for (std::size_t column = 0; column < columns; ++column) below[column] += stage[column];
  most_at_once = round_scale(*std::max_element(below.begin(), below.end()));
  std::fill(below.begin(), below.end(), 0);
  const auto y = [&](double count) { return svg_number(top + height * (1 - count / most_at_once)); };
  const auto x = [&](std::size_t column) {
    return svg_number(axis.left + column_width * static_cast<double>(column));
  };
  std::string svg;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    if (std::all_of(busy[stage].begin(), busy[stage].end(), [](double count) { return count == 0; }))
      continue;
    std::string upper = "M" + x(0) + " " + y(below[0] + busy[stage][0]);
    std::string lower;
    for (std::size_t column = 0; column < columns; ++column)
      upper += "V" + y(below[column] + busy[stage][column]) + "H" + x(column + 1);
    for (std::size_t column = columns; column-- > 0;) lower += "V" + y(below[column]) + "H" + x(column);
    for (std::size_t column = 0; column < columns; ++column) below[column] += busy[stage][column];
    svg += "<path class=\"" + stage_class(stage) + "\" d=\"" + upper + lower + "Z\"><title>" +
           escape(stages[stage].about.name) + "</title></path>\n";
  }
  return svg;
}

}  // namespace sluice::report
