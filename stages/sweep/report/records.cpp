#include "stages/sweep/report/records.h"

#include <array>
#include <cmath>
#include <map>

namespace sluice::sweep {

namespace {

using hpo::Observation;

constexpr std::array<const char*, 6> ending_names = {"milestone", "completed",  "passed",
                                                     "stopped",   "infeasible", "failed"};

std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return value.is_double() ? exact_number(value.as_double()) : json::serialize(value);
}

/// TOML wants a point or an exponent in a float.
std::string toml_value(const json::value& value) {
  if (!value.is_double()) return json::serialize(value);
  const std::string text = exact_number(value.as_double());
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// JSON knows no infinity and no NaN.
json::value finite(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::object run_json(const View& view, std::size_t number) {
  const hpo::Work& work = view.study().works()[number];
  const auto& result = view.study().results()[number];
  json::object run = {
      {"run", work.run}, {"from", work.job.from}, {"until", work.job.until}, {"scale", work.job.scale}};
  run["ending"] = result ? ending_names[static_cast<std::size_t>(result->ending)] : "running";
  if (result && !result->why.empty()) run["why"] = result->why;
  if (result && result->cost.seconds > 0) run["seconds"] = result->cost.seconds;
  const hpo::WorkTimes& times = view.times()[number];
  if (times.begun_ms > 0) run["asked_for_at_ms"] = times.begun_ms;
  if (times.ended_ms > 0) run["ended_at_ms"] = times.ended_ms;
  return run;
}

}  // namespace

std::string best_toml(const hpo::Study& study) {
  const Observation* best = study.best();
  if (best == nullptr) return {};
  std::string text = "# trial " + std::to_string(best->trial) + ": " + study.settings().metric + " " +
                     exact_number(study.reported(best->loss())) + " at step " +
                     std::to_string(best->measures.back().step) + "\n";
  for (const auto& member : to_json(study.settings().space, best->point))
    text += std::string(member.key()) + " = " + toml_value(member.value()) + "\n";
  return text;
}

json::value best_json(const View& view) {
  const Observation* best = view.study().best();
  if (best == nullptr) return nullptr;
  return json::object{{"trial", best->trial},
                      {view.settings().metric, finite(view.value(*best))},
                      {"step", best->measures.back().step},
                      {"parameters", to_json(view.space(), best->point)}};
}

std::string trials_csv(const View& view) {
  std::string text = "trial,state,step," + csv_cell(view.settings().metric);
  for (const hpo::Parameter& parameter : view.space().parameters) text += "," + csv_cell(parameter.name);
  text += "\n";
  for (const Observation& trial : view.trials()) {
    text += std::to_string(trial.trial) + "," + view.state(trial) + ",";
    if (!trial.measures.empty())
      text += std::to_string(trial.measures.back().step) + "," + exact_number(view.value(trial));
    else
      text += ",";
    const json::object parameters = to_json(view.space(), trial.point);
    for (const hpo::Parameter& parameter : view.space().parameters) {
      const json::value* value = parameters.if_contains(parameter.name);
      text += "," + (value == nullptr ? std::string() : csv_cell(plain(*value)));
    }
    text += "\n";
  }
  return text;
}

json::object trial_json(const View& view, const Observation& trial) {
  json::array curve;
  for (const hpo::Measure& measure : view.curve(trial))
    curve.push_back(json::object{{"step", measure.step}, {"value", finite(measure.loss)}});
  json::array runs;
  for (const std::size_t work : view.works(trial)) runs.push_back(run_json(view, work));
  json::object object = {{"trial", trial.trial}, {"state", view.state(trial)}};
  if (!trial.measures.empty()) {
    object["step"] = trial.measures.back().step;
    object["value"] = finite(view.value(trial));
  }
  object["parameters"] = to_json(view.space(), trial.point);
  object["curve"] = std::move(curve);
  object["runs"] = std::move(runs);
  return object;
}

json::array trials_json(const View& view) {
  json::array all;
  for (const Observation& trial : view.trials()) all.push_back(trial_json(view, trial));
  return all;
}

json::object status_json(const View& view) {
  std::map<std::string, std::int64_t> counts;
  for (const Observation& trial : view.trials()) ++counts[view.state(trial)];
  json::object states;
  for (const auto& [state, count] : counts) states[state] = count;
  json::object object = {
      {"metric", view.settings().metric}, {"goal", view.settings().maximise ? "max" : "min"},
      {"trials", view.trials().size()},   {"of", view.settings().trials},
      {"done", view.is_done()},           {"states", std::move(states)},
      {"steps", view.steps_trained()}};
  if (view.seconds() > 0) object["seconds"] = view.seconds();
  object["best"] = best_json(view);
  return object;
}

}  // namespace sluice::sweep
