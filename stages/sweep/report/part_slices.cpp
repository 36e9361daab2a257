#include <cmath>

#include "engine/base/html_text.h"
#include "engine/base/text.h"
#include "stages/sweep/report/chart.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

/// Trials with the same value of a choice stand beside each other, in the order of their numbers.
double jitter(const Axis& axis, const hpo::Observation& trial, std::size_t trials) {
  if (axis.names().empty()) return 0;
  constexpr double spread = 0.7;
  const double order = static_cast<double>(trial.trial) / static_cast<double>(trials) - 0.5;
  return spread * order / static_cast<double>(axis.names().size());
}

std::string slice(const View& view, std::size_t index, const std::vector<const hpo::Observation*>& ranking,
                  const LossAxis& losses) {
  const hpo::Parameter& parameter = view.space().parameters[index];
  const Axis x = Axis::of(parameter);
  Chart chart({400, 260, 58, 12, 12, 42});
  chart.x_axis(x, parameter.log ? parameter.name + ", logarithmic" : parameter.name, 5);
  chart.y_axis(losses.axis, "", 5);
  for (std::size_t i = ranking.size(); i-- > 0;) {
    const hpo::Observation& trial = *ranking[i];
    const double value = trial.point[index];
    if (std::isnan(value) || !losses.axis.contains(view.value(trial))) continue;
    const bool whole = trial.measures.back().step >= view.settings().schedule.most;
    const bool is_best = &trial == view.study().best();
    chart.dot(x.at(value) + jitter(x, trial, view.trials().size()), losses.axis.at(view.value(trial)),
              is_best ? "best"
              : whole ? "whole"
                      : "cut",
              trial_tip(view, trial) + ": " + short_number(view.value(trial)), is_best ? 4.5 : 3);
  }
  for (const hpo::Observation& trial : view.trials())
    if (view.is_bad(trial) && trial.measures.empty() && !std::isnan(trial.point[index]))
      chart.cross(x.at(trial.point[index]) + jitter(x, trial, view.trials().size()), 0.99,
                  trial_tip(view, trial) + ": " + view.state(trial));
  return "<figure>" + chart.svg(parameter.name + " against " + view.settings().metric) + "</figure>\n";
}

}  // namespace

std::string slices_part(const View& view) {
  auto ranking = view.ranking();
  if (ranking.empty()) return {};
  if (ranking.size() > most_drawn) ranking.resize(most_drawn);
  std::vector<double> losses;
  for (const hpo::Observation* trial : ranking) losses.push_back(trial->loss());
  const LossAxis axis = loss_axis(losses, view.study());
  std::string html = "<div class=\"slices\">\n";
  for (const std::size_t index : view.space().searched()) html += slice(view, index, ranking, axis);
  html +=
      "</div>\n<p class=\"quiet\">The vertical axis is " + html::escape(view.settings().metric) +
      " where the trial ended. <i class=\"mark best\"></i> the best <i class=\"mark whole\"></i> trained to "
      "its end <i class=\"mark cut\"></i> ended on the way <b class=\"x\">×</b> without a result";
  if (axis.beyond > 0)
    html += "; " + plural(static_cast<std::int64_t>(axis.beyond), "trial") + " beyond the edge";
  return html + ".</p>\n" + drawn_note(ranking.size(), view.ranking().size(), "trials");
}

}  // namespace sluice::sweep
