// Lets a test of the scheduler read as a story: declare tasks, let things happen, compare what is done about
// it as words.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "engine/schedule/scheduler.h"

namespace sluice::schedule {

/// "submit 3 #1", "3 skipped: a task it needs has no result (1)", ...
std::string to_text(const Action& action);
using Texts = std::vector<std::string>;

/// One input of a task: the results of these tasks.
struct Input {
  std::vector<Unit> from;
  bool is_list = false;
};
inline Input one(Unit producer) { return {{producer}, false}; }
inline Input all(std::vector<Unit> producers) { return {std::move(producers), true}; }

class Story {
 public:
  /// Starts with one executor without limits and one policy (0) without wishes.
  Story();

  ExecutorLimits& executor(ExecutorLimits limits);  ///< sets the limits of executor 0
  std::uint32_t another_executor(ExecutorLimits limits);
  std::uint32_t pool(int size);
  PolicyIndex stage(Policy policy);
  Unit task(std::vector<Input> inputs = {}, PolicyIndex policy = 0, Initial initial = Initial::run);
  Unit task(PolicyIndex policy) { return task({}, policy); }
  std::vector<Unit> tasks(int count, PolicyIndex policy = 0);
  void live(LiveAttempt attempt);
  Problem& problem() { return problem_; }

  Texts start();
  Texts step(const Event& event);
  Texts ends(Unit unit, Outcome outcome, int exit_code = 1) { return step(Ended{unit, outcome, exit_code}); }
  Texts fails(Unit unit) { return ends(unit, Outcome::user_failure); }
  /// Ended and published; what it says is without the "publish" in between.
  Texts succeeds(Unit unit);
  Unit asks_for_child(Unit owner, PolicyIndex policy, Texts* texts = nullptr);

  const Scheduler& scheduler() const { return *scheduler_; }
  UnitState state(Unit unit) const { return scheduler_->state(unit); }

 private:
  Problem problem_;
  std::optional<Scheduler> scheduler_;
};

}  // namespace sluice::schedule
