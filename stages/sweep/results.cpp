#include "stages/sweep/results.h"

#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "stages/hpo/space/space.h"

namespace sluice::sweep {

namespace {

using hpo::Observation;
using hpo::TrialState;

std::string number(double value) {
  std::array<char, 32> text = {};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return value.is_double() ? number(value.as_double()) : json::serialize(value);
}

/// TOML wants a point or an exponent in a float.
std::string toml_value(const json::value& value) {
  if (!value.is_double()) return json::serialize(value);
  const std::string text = number(value.as_double());
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

const char* state_name(const Observation& trial) {
  switch (trial.state) {
    case TrialState::running: return "running";
    case TrialState::finished: return "finished";
    case TrialState::stopped: return "stopped early";
    case TrialState::infeasible: return "infeasible";
    case TrialState::lost: return "failed";
  }
  return "";
}

std::string plural(std::int64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace

std::string best_toml(const hpo::Study& study) {
  const Observation* best = study.best();
  if (best == nullptr) return {};
  std::string text = "# trial " + std::to_string(best->trial) + ": " + study.settings().metric + " " +
                     number(study.reported(best->loss())) + " at step " +
                     std::to_string(best->measures.back().step) + "\n";
  for (const auto& member : to_json(study.settings().space, best->point))
    text += std::string(member.key()) + " = " + toml_value(member.value()) + "\n";
  return text;
}

std::string trials_csv(const hpo::Study& study) {
  const hpo::Space& space = study.settings().space;
  std::string text = "trial,state,step," + csv_cell(study.settings().metric);
  for (const hpo::Parameter& parameter : space.parameters) text += "," + csv_cell(parameter.name);
  text += "\n";
  for (const Observation& trial : study.trials()) {
    text += std::to_string(trial.trial) + "," + state_name(trial) + ",";
    if (!trial.measures.empty())
      text += std::to_string(trial.measures.back().step) + "," + number(study.reported(trial.loss()));
    else
      text += ",";
    const json::object parameters = to_json(space, trial.point);
    for (const hpo::Parameter& parameter : space.parameters) {
      const json::value* value = parameters.if_contains(parameter.name);
      text += "," + (value == nullptr ? std::string() : csv_cell(plain(*value)));
    }
    text += "\n";
  }
  return text;
}

std::string status_text(const hpo::Study& study) {
  std::map<std::string, std::int64_t> counts;
  for (const Observation& trial : study.trials()) ++counts[state_name(trial)];
  std::string text =
      std::to_string(study.trials().size()) + " of " + plural(study.settings().trials, "trial");
  for (const auto& [state, count] : counts) text += ", " + std::to_string(count) + " " + state;
  text += "\n";
  const Observation* best = study.best();
  if (best == nullptr) return text + "no result yet\n";
  return text + "best: trial " + std::to_string(best->trial) + ", " + study.settings().metric + " " +
         number(study.reported(best->loss())) + " at step " + std::to_string(best->measures.back().step) +
         " (" + to_text(study.settings().space, best->point) + ")\n";
}

std::optional<std::string> trial_text(const hpo::Study& study, std::int64_t trial) {
  if (trial < 0 || trial >= static_cast<std::int64_t>(study.trials().size())) return std::nullopt;
  const Observation& seen = study.trials()[static_cast<std::size_t>(trial)];
  std::string text = "trial " + std::to_string(trial) + ", " + state_name(seen) + "\n  " +
                     to_text(study.settings().space, seen.point) + "\n";
  for (const hpo::Measure& measure : seen.measures)
    text += "  step " + std::to_string(measure.step) + ": " + study.settings().metric + " " +
            number(study.reported(measure.loss)) + "\n";
  return text;
}

}  // namespace sluice::sweep
