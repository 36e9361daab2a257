#include <algorithm>
#include <map>

#include "stages/sweep/report/chart.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

constexpr std::size_t most_points = 150;  ///< of one curve
constexpr std::size_t most_rungs = 20;

std::vector<hpo::Measure> thinned(const std::vector<hpo::Measure>& curve) {
  if (curve.size() <= most_points) return curve;
  std::vector<hpo::Measure> kept;
  for (std::size_t i = 0; i < most_points; ++i)
    kept.push_back(curve[i * (curve.size() - 1) / (most_points - 1)]);
  return kept;
}

/// Milestones, and how many trials came there.
std::map<std::int64_t, std::int64_t> rungs_of(const View& view) {
  std::map<std::int64_t, std::int64_t> rungs;
  for (const hpo::Observation& trial : view.trials())
    for (const hpo::Measure& measure : trial.measures) ++rungs[measure.step];
  return rungs;
}

struct Curve {
  const hpo::Observation* trial = nullptr;
  std::vector<hpo::Measure> points;
};

class Curves {
 public:
  explicit Curves(const View& view) : view_(view) {
    const auto ranking = view.ranking();
    for (std::size_t i = 0; i < std::min(ranking.size(), most_drawn); ++i)
      curves_.push_back({ranking[i], thinned(view.curve(*ranking[i]))});
    std::vector<double> losses;
    for (const Curve& curve : curves_)
      for (const hpo::Measure& point : curve.points) {
        losses.push_back(view.settings().maximise ? -point.loss : point.loss);
        first_ = std::min(first_, point.step);
        last_ = std::max(last_, point.step);
      }
    y_ = loss_axis(std::move(losses), view.study()).axis;
  }

  std::string draw() const {
    if (curves_.empty()) return {};
    constexpr std::int64_t far = 8;
    const bool log = last_ >= far * first_;
    const Axis x(static_cast<double>(first_), static_cast<double>(last_), log);
    Chart chart({1100, 380, 64, 16, 30, 42});
    chart.x_axis(x, log ? "step, logarithmic" : "step");
    chart.y_axis(y_, view_.settings().metric);
    const auto rungs = rungs_of(view_);
    if (rungs.size() <= most_rungs)
      for (const auto& [step, count] : rungs)
        chart.upright(x.at(static_cast<double>(step)), "rung", std::to_string(count));
    for (auto curve = curves_.rbegin(); curve != curves_.rend(); ++curve) draw(chart, x, *curve);
    std::string html = chart.svg("Learning curves of the trials");
    if (rungs.size() <= most_rungs)
      html +=
          "<p class=\"quiet\">A dashed line is a milestone; above it, how many trials came there. A dot "
          "ends a trial. The best trial is green.</p>\n";
    return html + drawn_note(curves_.size(), view_.ranking().size(), "trials");
  }

 private:
  void draw(Chart& chart, const Axis& x, const Curve& curve) const {
    const bool is_best = curve.trial == view_.study().best();
    const std::string tip = trial_tip(view_, *curve.trial);
    Chart::Points points;
    for (const hpo::Measure& point : curve.points)
      points.emplace_back(x.at(static_cast<double>(point.step)), y_.at(point.loss));
    if (points.empty()) return;
    chart.line(points, is_best ? "curve best-line" : "curve", tip);
    const bool whole = curve.points.back().step >= view_.settings().schedule.most;
    chart.dot(points.back().first, points.back().second,
              is_best ? "best"
              : whole ? "whole"
                      : "cut",
              tip, is_best ? 4.5 : 2.5);
  }

  const View& view_;
  std::vector<Curve> curves_;
  Axis y_;
  std::int64_t first_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_ = 0;
};

}  // namespace

std::string curves_part(const View& view) { return Curves(view).draw(); }

}  // namespace sluice::sweep
