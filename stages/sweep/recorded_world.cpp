#include "stages/sweep/recorded_world.h"

#include <charconv>
#include <cmath>

#include "engine/base/diagnostics.h"
#include "stages/hpo/space/cube.h"

namespace sluice::sweep {

namespace {

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.emplace_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::size_t> column(const std::vector<std::string>& head, const std::string& name) {
  for (std::size_t i = 0; i < head.size(); ++i)
    if (head[i] == name) return i;
  return std::nullopt;
}

/// A choice by its text, a number as it stands.
std::optional<double> value_of(const hpo::Parameter& parameter, const std::string& cell) {
  if (parameter.is_number()) return number_of(cell);
  for (std::size_t i = 0; i < parameter.values.size(); ++i) {
    const json::value& value = parameter.values[i];
    if ((value.is_string() ? std::string(value.as_string()) : json::serialize(value)) == cell)
      return static_cast<double>(i);
    if (value.is_number() && number_of(cell) == value.to_number<double>()) return static_cast<double>(i);
  }
  return std::nullopt;
}

double distance(const hpo::Space& space, const hpo::Point& a, const hpo::Point& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const hpo::Parameter& parameter = space.parameters[i];
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    const double apart = hpo::coordinate(parameter, a[i]) - hpo::coordinate(parameter, b[i]);
    sum += parameter.is_unordered() ? (apart == 0 ? 0 : 1) : apart * apart;
  }
  return sum;
}

}  // namespace

Result<std::vector<Recording>> read_recordings(const hpo::StudySettings& settings, const std::string& text,
                                               const std::string& where) {
  std::vector<std::string> head;
  std::vector<std::size_t> parameters;
  std::vector<std::size_t> steps;
  std::vector<Recording> recordings;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::vector<std::string> cells = cells_of(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    const std::string line = where + ":" + std::to_string(++number);
    if (number == 1) {
      head = cells;
      for (const hpo::Parameter& parameter : settings.space.parameters) {
        const auto found = column(head, parameter.name);
        if (!found)
          return Error{"has no column for the parameter '" + parameter.name + "'", line,
                       suggest(parameter.name, head)};
        parameters.push_back(*found);
      }
      while (const auto found = column(head, settings.metric + "_" + std::to_string(steps.size())))
        steps.push_back(*found);
      if (steps.empty())
        return Error{"has no column '" + settings.metric + "_0'", line, "one column for each step"};
      continue;
    }
    if (cells.size() != head.size())
      return Error{"has " + std::to_string(cells.size()) + " cells instead of " + std::to_string(head.size()),
                   line, ""};
    Recording recording;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      recording.point.push_back(
          value_of(settings.space.parameters[i], cells[parameters[i]]).value_or(hpo::inactive));
    for (const std::size_t step : steps)
      recording.losses.push_back(number_of(cells[step]).value_or(hpo::inactive));
    recordings.push_back(std::move(recording));
  }
  if (recordings.empty()) return Error{"holds no recording", where, ""};
  return recordings;
}

const Recording& RecordedWorld::nearest(const hpo::Point& point) const {
  const Recording* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const Recording& recording : recordings_) {
    const double far = distance(space_, point, recording.point);
    if (far >= least) continue;
    least = far;
    best = &recording;
  }
  return best == nullptr ? recordings_.front() : *best;
}

Result<std::optional<Seen>> RecordedWorld::look(const hpo::Work& work) {
  const Recording& recording = nearest(work.point);
  hpo::WorkResult result;
  const auto known = static_cast<std::int64_t>(recording.losses.size());
  for (std::int64_t step = work.job.from + 1; step <= std::min(work.job.until, known); ++step)
    result.curve.push_back({step, recording.losses[static_cast<std::size_t>(step - 1)]});
  if (work.job.until >= known) result.ending = hpo::Ending::completed;
  if (result.curve.empty()) result.ending = hpo::Ending::lost;
  return std::optional(Seen{Seen::Kind::over, std::move(result)});
}

}  // namespace sluice::sweep
