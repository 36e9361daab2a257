// A random run under one seed: a random problem, and a world that answers the scheduler in random order,
// late, twice, about the wrong units, and now and then stops, resumes and cancels. A ledger looks on. In the
// end the world becomes kind, and the run must come to its end.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/schedule/scheduler.h"
#include "tests/engine/schedule/ledger.h"

namespace sluice::schedule {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : engine_() % limit; }
  int from_to(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(choices.size()));
  }

 private:
  std::mt19937_64 engine_;
};

/// random_problem.cpp
Problem random_problem(Dice& dice);

/// What occurred in all runs together: shows that the dice reach every corner.
struct Reached {
  std::size_t events = 0;
  std::size_t submits = 0, checks = 0, retries = 0, cancels = 0, wakes = 0;
  std::size_t settled[static_cast<std::size_t>(UnitState::excluded) + 1] = {};
  std::size_t whys[static_cast<std::size_t>(Why::infrastructure) + 1] = {};
};

class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed);
  /// What went wrong, with the events that led to it; empty when nothing did.
  std::string play(Reached& reached);

 private:
  void step(const Event& event);
  void note(const Action& action);
  bool chaos();
  bool kind_end();
  Event random_event();
  Event answer(Unit unit);
  Event random_end(Unit unit);
  Event about_anybody();
  Event command();
  Event child();
  Unit anybody();
  std::vector<Unit> those_in(std::initializer_list<UnitState> states) const;
  std::string story() const;

  Dice dice_;
  Problem problem_;
  Scheduler scheduler_;
  Ledger ledger_;
  Reached* reached_ = nullptr;
  std::vector<Event> events_;
  std::vector<Action> actions_;
  std::uint64_t luck_ = 50;  ///< per cent of the attempts that succeed, roughly
  std::int64_t now_ms_ = 0;
  std::int64_t wake_ms_ = 0;
  bool at_rest_ = false;
};

std::string to_text(const Event& event);

}  // namespace sluice::schedule
