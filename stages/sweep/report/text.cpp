#include "stages/sweep/report/text.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/base/text.h"
#include "engine/base/units.h"

namespace sluice::sweep {

namespace {

using hpo::Observation;

constexpr double ms = 1e-3;

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t length = utf8_length(text);
  const std::string blanks(width > length ? width - length : 0, ' ');
  return right ? blanks + text : text + blanks;
}

/// The first two columns that hold words are flushed left, numbers right.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8_length(row[i]));
  constexpr std::size_t state_column = 2;
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i != state_column);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string run_text(const View& view, std::size_t number) {
  static constexpr std::array<const char*, 6> endings = {"",          ", completed",  "",
                                                         ", stopped", ", infeasible", ", failed"};
  const hpo::Work& work = view.study().works()[number];
  const auto& result = view.study().results()[number];
  std::string text = "  run " + std::to_string(work.run) + ": steps " + std::to_string(work.job.from + 1) +
                     " to " + std::to_string(work.job.until);
  if (work.job.scale > 1) text += ", " + std::to_string(work.job.scale) + " times the resources";
  if (!result) return text + ", under way\n";
  text += endings[static_cast<std::size_t>(result->ending)];
  if (!result->why.empty()) text += ": " + printable(result->why);
  const hpo::WorkTimes& times = view.times()[number];
  if (times.begun_ms > 0 && times.ended_ms >= times.begun_ms)
    text += ", " + format_seconds(ms * static_cast<double>(times.ended_ms - times.begun_ms)) +
            " from decision to result";
  return text + "\n";
}

/// Came farthest, and with the best loss of those. A deterministic study itself would know it only later.
bool is_best(const hpo::Study& study, const hpo::WorkResult& result) {
  if (result.curve.empty()) return false;
  const hpo::Measure& own = result.curve.back();
  for (const auto& other : study.results()) {
    if (!other || other->curve.empty()) continue;
    const hpo::Measure& measure = other->curve.back();
    const bool better = study.settings().maximise ? measure.loss > own.loss : measure.loss < own.loss;
    if (measure.step > own.step || (measure.step == own.step && better)) return false;
  }
  return true;
}

}  // namespace

std::string result_text(const hpo::Study& study, const hpo::Work& work) {
  const auto& result = study.results()[static_cast<std::size_t>(work.number)];
  if (!result) return "";
  std::string text = "trial " + std::to_string(work.job.trial) + ": ";
  if (!result->curve.empty())
    text += study.settings().metric + " " + short_number(result->curve.back().loss) + " at step " +
            std::to_string(result->curve.back().step);
  else
    text += "no result";
  if (result->ending == hpo::Ending::infeasible) text += ", infeasible";
  if (result->ending == hpo::Ending::lost) text += ", failed";
  if (result->ending == hpo::Ending::stopped) text += ", stopped";
  if (!result->why.empty()) text += ": " + printable(result->why);
  if (is_best(study, *result)) text += ", the best so far";
  return text + " (" + point_text(study.settings().space, work.point) + ")\n";
}

std::string rungs_text(const View& view) {
  std::map<std::int64_t, std::int64_t, std::greater<>> reached;
  for (const Observation& trial : view.trials())
    if (!trial.measures.empty()) ++reached[trial.measures.back().step];
  constexpr std::size_t most = 8;
  std::string text;
  std::size_t shown = 0;
  for (const auto& [step, count] : reached) {
    if (++shown > most) return text + ", …";
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " at step " + std::to_string(step);
  }
  return text;
}

std::string status_text(const View& view) {
  std::map<std::string, std::int64_t> counts;
  for (const Observation& trial : view.trials()) ++counts[view.state(trial)];
  std::string text = std::to_string(view.trials().size()) + " of " + plural(view.settings().trials, "trial");
  for (const auto& [state, count] : counts) text += ", " + std::to_string(count) + " " + state;
  text += "\n";
  if (const std::string rungs = rungs_text(view); !rungs.empty()) text += "came to: " + rungs + "\n";
  if (const std::int64_t steps = view.steps_trained(); steps > 0) {
    text += "trained: " + plural(steps, "step") + " in all, " +
            std::to_string(view.settings().schedule.most) + " would be one whole training";
    if (view.seconds() > 0) text += "; " + format_seconds(view.seconds()) + " since the first decision";
    text += "\n";
  }
  const Observation* best = view.study().best();
  if (best == nullptr) return text + "no result yet\n";
  return text + "best: trial " + std::to_string(best->trial) + ", " + view.settings().metric + " " +
         exact_number(view.value(*best)) + " at step " + std::to_string(best->measures.back().step) + " (" +
         to_text(view.space(), best->point) + ")\n";
}

std::string trials_text(const View& view) {
  std::vector<std::string> head = {"", "trial", "state", "step", view.settings().metric};
  for (const hpo::Parameter& parameter : view.space().parameters) head.push_back(parameter.name);
  std::vector<std::vector<std::string>> rows = {head};
  const Observation* best = view.study().best();
  for (const Observation& trial : view.trials()) {
    const bool has_loss = !trial.measures.empty();
    rows.push_back({&trial == best ? "*" : "", std::to_string(trial.trial), view.state(trial),
                    has_loss ? std::to_string(trial.measures.back().step) : "",
                    has_loss ? short_number(view.value(trial)) : ""});
    for (std::size_t i = 0; i < trial.point.size(); ++i)
      rows.back().push_back(value_text(view.space().parameters[i], trial.point[i]));
  }
  return aligned(rows);
}

std::string trial_text(const View& view, const Observation& trial) {
  std::string text = "trial " + std::to_string(trial.trial) + ", " + view.state(trial) + "\n  " +
                     to_text(view.space(), trial.point) + "\n";
  for (const std::size_t work : view.works(trial)) text += run_text(view, work);
  for (const hpo::Measure& measure : view.curve(trial))
    text += "  step " + std::to_string(measure.step) + ": " + view.settings().metric + " " +
            exact_number(measure.loss) + "\n";
  return text;
}

}  // namespace sluice::sweep
