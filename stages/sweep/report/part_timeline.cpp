#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include "engine/base/units.h"
#include "stages/sweep/report/chart.h"
#include "stages/sweep/report/lanes.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

constexpr double ms = 1e-3;
constexpr double narrowest = 1;
constexpr int shades = 5;

std::size_t width_of(const hpo::Work& work) { return static_cast<std::size_t>(std::max(1, work.job.scale)); }

/// By the clock, from the decision to the result; what is still under way ends with the last thing heard.
std::vector<Bar> bars_by_clock(const View& view) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  for (const hpo::WorkTimes& time : view.times()) {
    if (time.begun_ms > 0 && (first == 0 || time.begun_ms < first)) first = time.begun_ms;
    last = std::max({last, time.begun_ms, time.ended_ms});
  }
  std::vector<Bar> bars;
  for (const hpo::Work& work : view.study().works()) {
    const auto number = static_cast<std::size_t>(work.number);
    const hpo::WorkTimes& time = view.times()[number];
    if (time.begun_ms == 0) continue;
    const std::int64_t end = time.ended_ms > 0 ? std::max(time.ended_ms, time.begun_ms) : last;
    bars.push_back({number, ms * static_cast<double>(time.begun_ms - first),
                    ms * static_cast<double>(end - first), width_of(work), 0});
  }
  return bars;
}

/// Without a clock: as if every step took equally long on `parallel` workers.
std::vector<Bar> bars_by_steps(const View& view) {
  std::priority_queue<double, std::vector<double>, std::greater<>> workers;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(view.settings().parallel, 10'000); ++i) workers.push(0);
  std::map<std::int64_t, double> free_from;  // of each trial
  std::vector<Bar> bars;
  for (const hpo::Work& work : view.study().works()) {
    const auto number = static_cast<std::size_t>(work.number);
    const auto& result = view.study().results()[number];
    const std::int64_t until = result ? last_step(work, *result) : work.job.until;
    const double begin = std::max(workers.top(), free_from[work.job.trial]);
    const double end = begin + static_cast<double>(until - work.job.from) / work.job.scale;
    workers.pop();
    workers.push(end);
    free_from[work.job.trial] = end;
    bars.push_back({number, begin, end, width_of(work), 0});
  }
  return bars;
}

class Timeline {
 public:
  explicit Timeline(const View& view) : view_(view), by_clock_(view.has_times()) {
    bars_ = by_clock_ ? bars_by_clock(view) : bars_by_steps(view);
    lanes_ = put_into_lanes(bars_);
    for (const Bar& bar : bars_) end_ = std::max(end_, bar.end);
    unit_ = unit_for(end_);
    for (const hpo::Work& work : view.study().works()) rungs_[work.job.until] = 0;
    int rung = 0;
    for (auto& [until, shade] : rungs_) shade = rung++ * shades / static_cast<int>(rungs_.size());
  }

  std::string draw() const {
    if (bars_.empty() || end_ <= 0) return {};
    constexpr double tallest = 18;
    constexpr double room = 620;
    const double lane_height = std::min(tallest, room / static_cast<double>(lanes_));
    const double height = lane_height * static_cast<double>(lanes_);
    Chart chart({1100, height + 56, 20, 16, 14, 42, 0});
    chart.x_axis(x_axis(), by_clock_ ? "since the first decision [" + unit_.name + "]" : "steps", 10);
    for (const Bar& bar : bars_) draw(chart, bar, lane_height);
    return "<div class=\"wide\">" + chart.svg("Which trial ran when") + "</div>" + legend();
  }

 private:
  struct Unit {
    std::string name = "s";
    double seconds = 1;
  };
  static Unit unit_for(double seconds) {
    constexpr double minute = 60;
    constexpr double hour = 3600;
    constexpr double day = 24 * hour;
    if (seconds >= 3 * day) return {"d", day};
    if (seconds >= 3 * hour) return {"h", hour};
    return seconds >= 3 * minute ? Unit{"min", minute} : Unit{};
  }

  Axis x_axis() const { return {0, by_clock_ ? end_ / unit_.seconds : end_}; }

  void draw(Chart& chart, const Bar& bar, double lane_height) const {
    const hpo::Work& work = view_.study().works()[bar.work];
    const auto& result = view_.study().results()[bar.work];
    const bool bad =
        result && (result->ending == hpo::Ending::infeasible || result->ending == hpo::Ending::lost);
    const double x = chart.px(bar.begin / end_);
    const double width = std::max((bar.end - bar.begin) / end_ * chart.inner_width(), narrowest);
    const double y = chart.py(1) + lane_height * static_cast<double>(bar.lane);
    const double gap = lane_height > 4 ? 1 : 0;
    const double height = lane_height * static_cast<double>(bar.wide) - gap;
    const std::string css = "run q" + std::to_string(rungs_.at(work.job.until));
    chart.bar(x, y, width, height, result ? css : css + " now", tip(work, result));
    if (bad) chart.bar(x, y, width, height, "bad", tip(work, result));
    const std::string name = std::to_string(work.job.trial);
    constexpr double letter = 6.5;
    constexpr double least_height = 11;
    constexpr double half_a_letter = 3.5;
    if (width > letter * static_cast<double>(name.size()) + 4 && height >= least_height)
      chart.add(svg_text(x + width / 2, y + height / 2 + half_a_letter,
                         rungs_.at(work.job.until) < 2 ? "inside light middle" : "inside middle", name));
  }

  std::string tip(const hpo::Work& work, const std::optional<hpo::WorkResult>& result) const {
    std::string text = trial_tip(view_, view_.trials()[static_cast<std::size_t>(work.job.trial)]) +
                       "; steps " + std::to_string(work.job.from + 1) + " to " +
                       std::to_string(work.job.until);
    if (work.job.scale > 1) text += ", " + std::to_string(work.job.scale) + " times the resources";
    if (!result) return text + ", under way";
    if (result->ending == hpo::Ending::infeasible) text += ", infeasible";
    if (result->ending == hpo::Ending::lost) text += ", failed";
    if (!result->why.empty()) text += ": " + result->why;
    const hpo::WorkTimes& time = view_.times()[static_cast<std::size_t>(work.number)];
    if (by_clock_ && time.ended_ms > 0)
      text += ", " + format_seconds(ms * static_cast<double>(time.ended_ms - time.begun_ms));
    return text;
  }

  std::string legend() const {
    std::string text = "<p class=\"quiet\">A bar is a run of a trial up to a milestone";
    std::string seen;
    std::map<int, std::pair<std::int64_t, std::int64_t>> ranges;
    for (const auto& [until, shade] : rungs_) {
      auto& range = ranges.try_emplace(shade, until, until).first->second;
      range.second = until;
    }
    for (const auto& [shade, range] : ranges) {
      seen += (seen.empty() ? ": " : ", ");
      seen += "<i class=\"mark q" + std::to_string(shade) + "\"></i> " + std::to_string(range.first);
      if (range.second > range.first) seen += " to " + std::to_string(range.second);
    }
    text += seen + ". ";
    const bool scaled = std::any_of(bars_.begin(), bars_.end(), [](const Bar& bar) { return bar.wide > 1; });
    if (scaled) text += "Its height is its share of resources. ";
    text += "Hatched: it came to nothing. ";
    text += by_clock_ ? "From the decision to the result, with what it waited in a queue."
                      : "The times are not told here: as if every step took equally long. "
                        "<code>sluice-sweep report</code> draws them by the clock.";
    return text + "</p>\n";
  }

  const View& view_;
  bool by_clock_;
  std::vector<Bar> bars_;
  std::size_t lanes_ = 0;
  double end_ = 0;
  std::map<std::int64_t, int> rungs_;  ///< milestones, and the shade of each
  Unit unit_;
};

}  // namespace

std::string timeline_part(const View& view) { return Timeline(view).draw(); }

}  // namespace sluice::sweep
