#include <cmath>

#include "engine/base/text.h"
#include "stages/sweep/report/chart.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

/// A result, and how much had been trained in all when it was there.
struct Result {
  const hpo::Observation* trial = nullptr;
  double spent = 0;
  double loss = hpo::worst_loss;
  bool whole = false;
  bool bad = false;
};

/// In the order in which the study decided on the work.
std::vector<Result> results_of(const View& view) {
  std::vector<Result> results;
  double spent = 0;
  for (const hpo::Work& work : view.study().works()) {
    const auto& result = view.study().results()[static_cast<std::size_t>(work.number)];
    if (!result) continue;
    const hpo::Observation& trial = view.trials()[static_cast<std::size_t>(work.job.trial)];
    const std::int64_t reached = last_step(work, *result);
    spent += static_cast<double>(reached - work.job.from);
    Result one = {&trial, spent, hpo::worst_loss, false, false};
    for (const hpo::Measure& measure : trial.measures)
      if (measure.step > work.job.from && measure.step <= reached) one.loss = measure.loss;
    one.whole = reached >= view.settings().schedule.most;
    one.bad = result->ending == hpo::Ending::infeasible || result->ending == hpo::Ending::lost;
    results.push_back(one);
  }
  return results;
}

}  // namespace

std::string best_part(const View& view) {
  const std::vector<Result> results = results_of(view);
  std::vector<double> losses;
  for (const Result& one : results) losses.push_back(one.loss);
  if (results.empty() || view.study().best() == nullptr) return {};
  const LossAxis y = loss_axis(losses, view.study());
  const Axis x(0, results.back().spent);
  Chart chart({1100, 300});
  chart.x_axis(x, "steps trained in all trials together");
  chart.y_axis(y.axis, view.settings().metric);
  Chart::Points steps;
  double least = hpo::worst_loss;
  std::size_t drawn = 0;
  const std::size_t skip = results.size() / most_drawn + 1;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& one = results[i];
    const double place = x.at(one.spent);
    const double value = view.study().reported(one.loss);
    if (one.bad) chart.cross(place, 1, trial_tip(view, *one.trial) + ": " + view.state(*one.trial));
    const bool better = one.loss < least;
    if (std::isfinite(one.loss) && y.axis.contains(value) && (better || i % skip == 0)) {
      ++drawn;
      chart.dot(place, y.axis.at(value), one.whole ? "whole" : "cut",
                trial_tip(view, *one.trial) + ": " + short_number(value), one.whole ? 3.5 : 3);
    }
    if (!better) continue;
    if (!steps.empty()) steps.emplace_back(place, steps.back().second);
    least = one.loss;
    steps.emplace_back(place, y.axis.at(value));
  }
  if (steps.empty()) return {};
  steps.emplace_back(1, steps.back().second);
  chart.line(steps, "best-line");
  std::string html = chart.svg("The best " + view.settings().metric + " so far");
  html +=
      "<p class=\"quiet\"><i class=\"mark whole\"></i> trained to its end <i class=\"mark cut\"></i> a "
      "milestone on the way <b class=\"x\">×</b> without a result";
  if (y.beyond > 0) html += "; " + plural(static_cast<std::int64_t>(y.beyond), "result") + " beyond the edge";
  return html + ". Order: as the study decided.</p>\n" +
         drawn_note(drawn, losses.size() - y.beyond, "results");
}

}  // namespace sluice::sweep
