// The scheduler's own time for a fan-out and its join: printed, not asserted. Ten times the tasks should cost
// ten times the time.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <iomanip>
#include <iostream>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

/// Answers every question at once, oldest first, the best way it can be answered.
Counts run_through(Problem problem) {
  Scheduler scheduler(std::move(problem));
  std::vector<Action> actions;
  std::deque<Event> answers = {Start{}};
  while (!answers.empty()) {
    actions.clear();
    scheduler.step(answers.front(), actions);
    answers.pop_front();
    for (const Action& action : actions) {
      if (const auto* check = std::get_if<Check>(&action)) answers.push_back(Checked{check->unit, false});
      if (const auto* submit = std::get_if<Submit>(&action))
        answers.push_back(Ended{submit->unit, Outcome::success});
      if (const auto* publish = std::get_if<Publish>(&action))
        answers.push_back(Published{publish->unit, true});
    }
  }
  return scheduler.counts();
}

Problem fan_out_and_join(int count) {
  Story story;
  story.executor({.cpus = 8});
  const Unit source = story.task();
  const PolicyIndex stage = story.stage({.depth = 1});
  std::vector<Unit> shards;
  for (int i = 0; i < count; ++i) shards.push_back(story.task({one(source)}, stage, Initial::check));
  story.task({all(shards)}, story.stage({.depth = 2}));
  return story.problem();
}

/// A hundred stages, each of which asks for something else: many lines to walk along.
Problem many_demands(int count) {
  Story story;
  story.executor({.cpus = 64, .memory_bytes = 1000});
  std::vector<PolicyIndex> stages;
  for (int i = 0; i < 100; ++i)
    stages.push_back(
        story.stage({.resources = {.cpus = 1 + i % 8, .memory_bytes = static_cast<std::uint64_t>(1 + i)},
                     .depth = i % 3}));
  for (int i = 0; i < count; ++i) story.task(stages[static_cast<std::size_t>(i) % stages.size()]);
  return story.problem();
}

Problem chain(int count) {
  Story story;
  Unit last = story.task();
  for (int i = 1; i < count; ++i) last = story.task({one(last)});
  return story.problem();
}

void measure(const char* name, const std::function<Problem(int)>& make) {
  for (const int count : {1'000, 10'000, 100'000}) {
    Problem problem = make(count);
    const std::size_t tasks = problem.policy_of.size();
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run_through(std::move(problem)), (Counts{.succeeded = tasks}));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    std::cout << std::fixed << std::setprecision(1) << name << ", " << count << " tasks: " << took.count()
              << " ms\n";
  }
}

TEST(Scaling, FanOutAndJoin) { measure("fan-out and join", fan_out_and_join); }
TEST(Scaling, Chain) { measure("chain", chain); }
TEST(Scaling, ManyDemands) { measure("100 different demands", many_demands); }

}  // namespace
}  // namespace sluice::schedule
