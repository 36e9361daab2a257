#include "stages/sweep/report/view.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace sluice::sweep {

using hpo::Observation;
using hpo::TrialState;

View::View(hpo::Study& study, std::vector<hpo::WorkTimes> times)
    : study_(study), times_(std::move(times)), works_(study.trials().size()), is_done_(study.is_done()) {
  times_.resize(study.works().size());
  for (const hpo::Work& work : study.works())
    works_[static_cast<std::size_t>(work.job.trial)].push_back(static_cast<std::size_t>(work.number));
}

std::string View::state(const Observation& trial) const {
  if (!works(trial).empty() && !study_.results()[works(trial).back()]) return "running";
  switch (trial.state) {
    case TrialState::running: return "running";
    case TrialState::finished: return "finished";
    case TrialState::stopped: return is_done_ ? "stopped early" : "paused";
    case TrialState::infeasible: return "infeasible";
    case TrialState::lost: return "failed";
  }
  return "";
}

bool View::is_bad(const Observation& trial) const {
  return trial.state == TrialState::infeasible || trial.state == TrialState::lost;
}

const std::vector<std::size_t>& View::works(const Observation& trial) const {
  return works_[static_cast<std::size_t>(trial.trial)];
}

std::vector<hpo::Measure> View::curve(const Observation& trial) const {
  std::vector<hpo::Measure> curve;
  for (const std::size_t work : works(trial)) {
    const auto& result = study_.results()[work];
    if (!result) continue;
    for (const hpo::Measure& measure : result->curve)
      if ((curve.empty() || measure.step > curve.back().step) && std::isfinite(measure.loss))
        curve.push_back(measure);
  }
  return curve;
}

std::vector<const Observation*> View::ranking() const {
  std::vector<const Observation*> order;
  for (const Observation& trial : trials())
    if (!trial.measures.empty()) order.push_back(&trial);
  std::stable_sort(order.begin(), order.end(), [](const Observation* a, const Observation* b) {
    const std::int64_t far_a = a->measures.back().step;
    const std::int64_t far_b = b->measures.back().step;
    return far_a != far_b ? far_a > far_b : a->loss() < b->loss();
  });
  return order;
}

bool View::has_times() const {
  return std::any_of(times_.begin(), times_.end(), [](const hpo::WorkTimes& t) { return t.begun_ms > 0; });
}

std::int64_t View::steps_trained() const {
  std::int64_t steps = 0;
  for (const hpo::Work& work : study_.works())
    if (const auto& result = study_.results()[static_cast<std::size_t>(work.number)])
      steps += last_step(work, *result) - work.job.from;
  return steps;
}

double View::seconds() const {
  std::int64_t first = 0;
  std::int64_t last = 0;
  for (const hpo::WorkTimes& time : times_) {
    if (time.begun_ms > 0 && (first == 0 || time.begun_ms < first)) first = time.begun_ms;
    last = std::max(last, time.ended_ms);
  }
  constexpr double ms = 1e-3;
  return first > 0 && last > first ? ms * static_cast<double>(last - first) : 0;
}

std::int64_t last_step(const hpo::Work& work, const hpo::WorkResult& result) {
  std::int64_t step = work.job.from;
  for (const hpo::Measure& measure : result.curve)
    if (step < work.job.until) step = std::max(step, measure.step);
  return step;
}

std::string short_number(double value) {
  std::array<char, 32> text = {};
  (void)std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string exact_number(double value) {
  std::array<char, 32> text = {};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string value_text(const hpo::Parameter& parameter, double value) {
  if (std::isnan(value)) return {};
  if (parameter.is_number()) return short_number(value);
  const json::value& chosen = parameter.values.at(static_cast<std::size_t>(value));
  if (chosen.is_string()) return std::string(chosen.as_string());
  return chosen.is_double() ? short_number(chosen.as_double()) : json::serialize(chosen);
}

std::string point_text(const hpo::Space& space, const hpo::Point& point) {
  std::string text;
  for (std::size_t i = 0; i < point.size(); ++i)
    if (!std::isnan(point[i]))
      text += (text.empty() ? "" : ", ") + space.parameters[i].name + " " +
              value_text(space.parameters[i], point[i]);
  return text;
}

}  // namespace sluice::sweep
