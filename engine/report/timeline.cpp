#include "engine/report/timeline.h"

#include <algorithm>
#include <cmath>

#include "engine/report/html.h"
#include "engine/report/timeline_parts.h"

namespace sluice::report {

namespace {

constexpr double page_width = 1100;
constexpr double gutter = 130;  // for the names of the places
constexpr double axis_height = 22;
constexpr std::size_t most_lanes = 48;
constexpr std::size_t most_single_bars = 2500;
constexpr double curve_height = 220;
constexpr std::size_t most_ticks = 10;
constexpr std::size_t longest_place = 20;  // characters that fit the gutter

TimeAxis axis_of(std::span<const Span> spans) {
  std::int64_t begin = spans.front().begin_ns;
  std::int64_t end = spans.front().end_ns;
  for (const Span& span : spans) {
    begin = std::min(begin, span.begin_ns);
    end = std::max(end, span.end_ns);
  }
  return {begin, std::max(1e-3, 1e-9 * static_cast<double>(end - begin)), gutter, page_width - gutter - 10};
}

std::string grid(const TimeAxis& axis, double bottom) {
  std::string svg;
  for (const Tick& tick : ticks(axis, most_ticks)) {
    svg += "<line class=\"grid\" x1=\"" + svg_number(tick.x) + "\" y1=\"0\" x2=\"" + svg_number(tick.x) +
           "\" y2=\"" + svg_number(bottom) + "\"/><text class=\"tick\" x=\"" + svg_number(tick.x) +
           "\" y=\"" + svg_number(bottom + 14) + "\">" + tick.label + "</text>\n";
  }
  return svg;
}

std::string svg_around(const std::string& content, double height, const std::string& what) {
  return "<svg class=\"timeline\" role=\"img\" aria-label=\"" + escape(what) + "\" viewBox=\"0 0 " +
         svg_number(page_width) + " " + svg_number(height) + "\">\n" + content + "</svg>\n";
}

/// The end of a long name is what tells nodes apart.
std::string short_place(const std::string& place) {
  return place.size() <= longest_place ? place : "…" + place.substr(place.size() - longest_place + 1);
}

std::string place_labels(const std::vector<Lane>& lanes, const LaneLook& look) {
  std::string svg;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    if (lane > 0 && lanes[lane].place == lanes[lane - 1].place) continue;
    svg += "<text class=\"place\" x=\"" + svg_number(gutter - 8) + "\" y=\"" + svg_number(look.y(lane) + 10) +
           "\"><title>" + escape(lanes[lane].place) + "</title>" + escape(short_place(lanes[lane].place)) +
           "</text>\n";
  }
  return svg;
}

std::string rows(std::span<const Span> spans, const std::vector<Lane>& lanes,
                 const std::vector<StageSummary>& stages) {
  const TimeAxis axis = axis_of(spans);
  const LaneLook look{.top = 4};
  const double bottom = look.y(lanes.size()) + 2;
  std::string content = grid(axis, bottom) + place_labels(lanes, look);
  content += spans.size() <= most_single_bars ? single_bars(spans, lanes, axis, look)
                                              : merged_bars(spans, lanes, stages, axis, look);
  return svg_around(
      content, bottom + axis_height,
      count_of(spans.size(), "attempt") + " in " + count_of(lanes.size(), "slot") + " over time");
}

std::string curve(std::span<const Span> spans, const std::vector<StageSummary>& stages) {
  const TimeAxis axis = axis_of(spans);
  constexpr double top = 12;
  double most_at_once = 1;
  const std::string areas = stacked_areas(spans, stages, axis, top, curve_height, most_at_once);
  std::string content = grid(axis, top + curve_height);
  const auto level = [&](double share) {
    const double y = top + curve_height * (1 - share);
    return "<line class=\"grid\" x1=\"" + svg_number(gutter) + "\" y1=\"" + svg_number(y) + "\" x2=\"" +
           svg_number(page_width - 10) + "\" y2=\"" + svg_number(y) + "\"/><text class=\"place\" x=\"" +
           svg_number(gutter - 8) + "\" y=\"" + svg_number(y + 4) + "\">" +
           svg_number(std::round(10 * most_at_once * share) / 10) + "</text>\n";
  };
  content += level(1) + level(0.5) + areas;
  return svg_around(content, top + curve_height + axis_height, "attempts that ran at once, over time");
}

std::string legend(std::span<const Span> spans, const std::vector<StageSummary>& stages) {
  std::vector<std::size_t> count(stages.size(), 0);
  bool any_bad = false;
  for (const Span& span : spans) {
    ++count[span.stage];
    any_bad = any_bad || span.is_bad;
  }
  std::string html = "<ul class=\"legend\">";
  for (std::size_t stage = 0; stage < stages.size(); ++stage)
    if (count[stage] > 0)
      html += "<li><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"" +
              stage_class(stage) + "\" width=\"10\" height=\"10\"/></svg>" +
              escape(stages[stage].about.name) + "</li>";
  if (any_bad && spans.size() <= most_single_bars)
    html +=
        "<li><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"bad\" "
        "width=\"10\" "
        "height=\"10\"/></svg>did not succeed</li>";
  return html + "</ul>\n";
}

/// What is to be seen, in words.
std::string caption(std::size_t attempts, std::size_t lanes) {
  const std::string many = count_of(attempts, "attempt");
  if (lanes > most_lanes) return many + ": how many ran at once.";
  const std::string text = many + " in " + count_of(lanes, "slot");
  if (attempts <= most_single_bars) return text + ".";
  return text + ". Where several share a pixel, the stage that took most of it is shown.";
}

}  // namespace

std::string stage_class(std::size_t stage) {
  constexpr std::size_t colours = 7;
  return "s" + std::to_string(stage % colours) + (stage / colours % 2 == 1 ? " again" : "");
}

std::string timeline_html(std::span<const Span> spans, const std::vector<StageSummary>& stages) {
  if (spans.empty()) return "<p class=\"quiet\">Nothing has run yet.</p>\n";
  const std::vector<Lane> lanes = make_lanes(spans);
  return "<div class=\"wide\">" +
         (lanes.size() <= most_lanes ? rows(spans, lanes, stages) : curve(spans, stages)) + "</div>\n" +
         legend(spans, stages) + element("p", "quiet", caption(spans.size(), lanes.size())) + "\n";
}

}  // namespace sluice::report
