// A searcher suggests the configuration of a new trial. It keeps no state: the answer depends on the question
// alone (the seed, the number of the trial, what is known about the trials before it), so a study that is
// replayed after a crash gets the same answers, bit by bit. Losses are minimised.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/hpo/space/space.h"

namespace sluice::hpo {

enum class TrialState : std::uint8_t {
  running,     ///< or paused, or waiting: it may still get better
  finished,    ///< trained as far as anyone wanted
  stopped,     ///< given up on the way by the scheduler
  infeasible,  ///< out of memory, or its loss was no number: the configuration is at fault
  lost         ///< failed for reasons that say nothing about the configuration
};

struct Measure {
  std::int64_t step = 0;
  double loss = 0;

  bool operator==(const Measure&) const = default;
};

/// What a searcher knows about one trial.
struct Observation {
  std::int64_t trial = 0;
  Point point;
  TrialState state = TrialState::running;
  std::vector<Measure> measures;  ///< at the milestones it reached, in the order of steps

  double loss() const {
    return measures.empty() ? std::numeric_limits<double>::infinity() : measures.back().loss;
  }
};

struct Question {
  std::uint64_t seed = 0;
  std::int64_t trial = 0;
  std::span<const Observation> history;  ///< all trials that have a configuration, by number
  std::uint64_t attempt = 0;             ///< the same question again: another answer, please

  Draws draws(Purpose purpose) const { return {seed, static_cast<std::uint64_t>(trial), purpose, attempt}; }
};

class Searcher {
 public:
  virtual ~Searcher() = default;
  /// Nothing: there is nothing left to try.
  virtual std::optional<Point> suggest(const Question& question) const = 0;
};

/// What the searcher suggests, but no configuration that any trial of the history has, whether it is finished
/// or still running. Nothing when the space is used up.
std::optional<Point> suggest_distinct(const Searcher& searcher, const Space& space, const Question& question);

/// One number for each trial that a model learns from. Where trials trained differently far, the farthest
/// step that enough of them (`least`) reached decides, and each counts with its loss there.
struct Target {
  const Observation* trial = nullptr;
  double loss = 0;
};
std::vector<Target> model_targets(std::span<const Observation> history, std::size_t least);

}  // namespace sluice::hpo
