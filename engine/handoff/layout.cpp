#include "engine/handoff/layout.h"

#include <algorithm>
#include <charconv>

namespace sluice::handoff {

namespace {

std::string padded(std::int64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (text.empty() || problem != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

std::string numbered(const char* kind, int run, const char* suffix) {
  return std::string(kind) + "." + padded(run, 4) + suffix;
}

constexpr std::int64_t trials_in_a_shard = 1000;

}  // namespace

std::string shard_name(std::int64_t trial) { return padded(trial / trials_in_a_shard, 3); }
std::string trial_name(std::int64_t trial) { return padded(trial, 6); }

std::string trial_folder(std::int64_t trial) {
  return std::string(trials_folder) + "/" + shard_name(trial) + "/" + trial_name(trial);
}

std::string run_file(int run) { return numbered("run", run, ".json"); }
std::string job_file(int run) { return numbered("job", run, ".json"); }
std::string status_file(int run) { return numbered("status", run, ".json"); }
std::string metrics_file(int run) { return numbered("metrics", run, ".jsonl"); }
std::string beat_file(int run) { return numbered("beat", run, ""); }

std::optional<std::int64_t> trial_of_name(std::string_view name) {
  const auto trial = number_of(name);
  if (!trial || *trial >= most_trials || trial_name(*trial) != name) return std::nullopt;
  return trial;
}

std::optional<int> run_of_file(std::string_view name) {
  constexpr std::string_view prefix = "run.";
  constexpr std::string_view suffix = ".json";
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() <= prefix.size() + suffix.size())
    return std::nullopt;
  const auto run = number_of(name.substr(prefix.size(), name.size() - prefix.size() - suffix.size()));
  if (!run || *run < 1 || *run > most_runs || run_file(static_cast<int>(*run)) != name) return std::nullopt;
  return static_cast<int>(*run);
}

}  // namespace sluice::handoff
