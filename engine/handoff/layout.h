// Where the files of a study lie, and what they are called (docs/trial-protocol.md). Trials are numbered from
// 0, and the runs of a trial (one for each milestone it is sent to) from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::handoff {

struct TrialRun {
  std::int64_t trial = 0;
  int run = 0;

  auto operator<=>(const TrialRun&) const = default;
};

constexpr std::int64_t most_trials = 10'000'000;
constexpr int most_runs = 10'000;

/// Of the study.
constexpr const char* trials_folder = "trials";
constexpr const char* bell_file = "bell.jsonl";
/// Of a trial.
constexpr const char* spec_file = "spec.json";
constexpr const char* control_file = "control.json";
constexpr const char* fence_file = "fence";
constexpr const char* checkpoint_folder = "checkpoint";

std::string shard_name(std::int64_t trial);    ///< "000": trials are kept by the thousand
std::string trial_name(std::int64_t trial);    ///< "000123"
std::string trial_folder(std::int64_t trial);  ///< "trials/000/000123"
std::string run_file(int run);                 ///< "run.0002.json", and so on
std::string job_file(int run);
std::string status_file(int run);
std::string metrics_file(int run);
std::string beat_file(int run);

/// Nothing for a name that this layout would not give.
std::optional<std::int64_t> trial_of_name(std::string_view name);
std::optional<int> run_of_file(std::string_view name);

}  // namespace sluice::handoff
