#include <algorithm>
#include <cmath>

#include "stages/sweep/report/chart.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

constexpr double height = 380;
constexpr double top = 40;
constexpr double bottom = 34;
constexpr double inactive_place = -0.07;
constexpr int shades = 5;

struct Column {
  std::size_t parameter = 0;
  Axis axis;
  double x = 0;
};

/// The axes stand side by side; the loss is the last of them.
class ParallelCoordinates {
 public:
  explicit ParallelCoordinates(const View& view) : view_(view), ranking_(view.ranking()) {
    if (ranking_.size() > most_drawn) ranking_.resize(most_drawn);
    const auto searched = view.space().searched();
    for (const std::size_t i : searched)
      columns_.push_back({i, Axis::of(view.space().parameters[i]),
                          static_cast<double>(columns_.size()) / static_cast<double>(searched.size())});
    std::vector<double> losses;
    for (const hpo::Observation* trial : ranking_) losses.push_back(trial->loss());
    loss_ = loss_axis(std::move(losses), view.study()).axis;
  }

  std::string draw() const {
    if (ranking_.empty() || columns_.empty()) return {};
    const double width = std::max(1100.0, 130.0 * static_cast<double>(columns_.size() + 1));
    Chart chart({width, height, 60, 70, top, bottom, 0});
    for (std::size_t i = ranking_.size(); i-- > 0;) draw_trial(chart, i);
    for (const Column& column : columns_)
      draw_axis(chart, column.x, column.axis, view_.space().parameters[column.parameter].name);
    draw_axis(chart, 1, loss_, view_.settings().metric);
    std::string legend = "<p class=\"quiet\">From ";
    for (int shade = 0; shade < shades; ++shade)
      legend += "<i class=\"mark q" + std::to_string(shade) + "\"></i>";
    legend +=
        " the best fifth to the worst, by how far a trial came and then by its loss; the best of all is "
        "green.";
    if (view_.space().is_conditional()) legend += " Below an axis: the parameter does not exist there.";
    return "<div class=\"wide\">" + chart.svg("Parameters of all trials, side by side", false) + "</div>" +
           legend + "</p>\n" + drawn_note(ranking_.size(), view_.ranking().size(), "trials");
  }

 private:
  void draw_trial(Chart& chart, std::size_t rank) const {
    const hpo::Observation& trial = *ranking_[rank];
    Chart::Points points;
    for (const Column& column : columns_) {
      const double value = trial.point[column.parameter];
      points.emplace_back(column.x, std::isnan(value) ? inactive_place : place(column.axis, value, trial));
    }
    points.emplace_back(1, loss_.at(view_.value(trial)));
    const std::size_t shade = rank * shades / ranking_.size();
    const std::string css =
        &trial == view_.study().best() ? "strand best-line" : "strand q" + std::to_string(shade);
    chart.line(
        points, css,
        trial_tip(view_, trial) + "; " + view_.settings().metric + " " + short_number(view_.value(trial)));
  }

  /// Trials that share a value of a choice are spread a little, so that they can be told apart.
  static double place(const Axis& axis, double value, const hpo::Observation& trial) {
    if (axis.names().empty()) return axis.at(value);
    constexpr std::int64_t cycle = 17;
    constexpr double spread = 0.5;
    const double off = static_cast<double>(trial.trial * 7 % cycle) / (cycle - 1) - 0.5;
    return axis.at(value) + spread * off / static_cast<double>(axis.names().size());
  }

  static void draw_axis(Chart& chart, double x, const Axis& axis, const std::string& name) {
    constexpr double beside = 5;
    constexpr double half_a_letter = 4;
    constexpr double above = 16;
    constexpr std::size_t most_letters = 16;
    const double px = chart.px(x);
    chart.bar(px - 0.5, chart.py(1), 1, chart.py(0) - chart.py(1), "pole", "");
    chart.add(svg_text(px, chart.py(1) - above, "axis middle", shortened(name, most_letters)));
    for (const Tick& tick : axis.ticks(6))
      chart.add(svg_text(px - beside, chart.py(tick.place) + half_a_letter, "tick end halo",
                         shortened(tick.label, most_letters)));
  }

  const View& view_;
  std::vector<const hpo::Observation*> ranking_;
  std::vector<Column> columns_;
  Axis loss_;
};

}  // namespace

std::string parallel_part(const View& view) { return ParallelCoordinates(view).draw(); }

}  // namespace sluice::sweep
