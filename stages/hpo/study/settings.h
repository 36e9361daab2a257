// A study as a person writes it:
//
//   [objective]
//   metric = "val_loss"        # what the trials report
//   goal   = "min"
//
//   [search]
//   method = "tpe"             # random grid sobol evolution cma tpe gp forest bohb
//
//   [schedule]
//   method = "asha"            # full halving hyperband asha stopping median rasda swift
//   least  = 1                 # epochs
//   most   = 81
//   eta    = 3
//
//   [space]
//   lr = { float = [1e-5, 1e-2], log = true }
//
// and at the top, optionally: trials, parallel, seed, deterministic, keep.
#pragma once

#include <memory>
#include <string>

#include "engine/base/toml.h"
#include "stages/hpo/gp/gp.h"
#include "stages/hpo/schedule/brackets.h"
#include "stages/hpo/schedule/median.h"
#include "stages/hpo/schedule/scheduler.h"
#include "stages/hpo/schedule/stopping.h"
#include "stages/hpo/search/searcher.h"
#include "stages/hpo/tpe/tpe.h"

namespace sluice::hpo {

enum class SearchMethod : std::uint8_t { random, grid, sobol, evolution, cma, tpe, gp, forest, bohb };
enum class ScheduleMethod : std::uint8_t { full, halving, hyperband, asha, stopping, median, rasda, swift };

/// As they are written in a study file.
std::string name_of(SearchMethod method);
std::string name_of(ScheduleMethod method);

struct SearchSettings {
  SearchMethod method = SearchMethod::tpe;
  Pending pending = Pending::fantasies;
  TpeRule rule = TpeRule::automatic;
  int points = 5;  ///< of a grid, for each continuous parameter
};

struct ScheduleSettings {
  ScheduleMethod method = ScheduleMethod::full;
  std::int64_t least = 1;
  std::int64_t most = 1;
  std::int64_t eta = 3;
  BracketRule brackets = BracketRule::jmlr;
  StopRule rule = StopRule::ray;
  MedianRule median = MedianRule::vizier;
  std::int64_t grace = 1;
  std::int64_t interval = 1;
  int samples = 3;
  int most_scale = 8;
  double least_efficiency = 0;
  std::optional<bool> live;  ///< of `stopping` and `median`: one run to the end, stopped on the way
};

/// What a budget is counted in.
enum class Unit : std::uint8_t { none, steps, seconds, gpu_seconds };

struct Budget {
  Unit unit = Unit::none;
  double most = 0;
};

struct StudySettings {
  Space space;
  std::string metric = "loss";
  bool maximise = false;
  std::int64_t trials = 64;
  std::int64_t parallel = 1;
  std::uint64_t seed = 1;
  bool deterministic = false;
  std::int64_t keep = 3;  ///< of the trials that ended, so many of the best keep their checkpoints
  Budget budget;
  SearchSettings search;
  ScheduleSettings schedule;
};

/// A trial is sent to the end at once, watched, and stopped where the schedule says so, instead of ending at
/// each milestone. (Which trials run beside each other then depends on the clock, which a deterministic study
/// doesn't want.)
bool is_live(const StudySettings& settings);

/// Only as good as the diagnostics are empty of errors.
StudySettings read_study(const TomlValue& root, Diagnostics& diagnostics);

/// The searcher refers to the space: it has to stay where it is.
std::unique_ptr<Searcher> make_searcher(const Space& space, const SearchSettings& settings);
std::unique_ptr<Scheduler> make_scheduler(const ScheduleSettings& settings, std::int64_t trials);

}  // namespace sluice::hpo
