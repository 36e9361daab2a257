#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

constexpr std::uint64_t gb = 1'000'000'000;

TEST(Slots, CpusGpusMemoryAndPlacesInFlightAreHeld) {
  const auto started_of_five = [](ExecutorLimits limits) {
    Story story;
    story.executor(limits);
    story.tasks(5, story.stage({.resources = {.cpus = 2, .memory_bytes = 3 * gb, .gpus = 1}}));
    return story.start().size();
  };
  EXPECT_EQ(started_of_five({}), 5U);
  EXPECT_EQ(started_of_five({.cpus = 7, .gpus = 9}), 3U);
  EXPECT_EQ(started_of_five({.gpus = 2}), 2U);
  EXPECT_EQ(started_of_five({.memory_bytes = 13 * gb}), 4U);
  EXPECT_EQ(started_of_five({.max_in_flight = 1}), 1U);
}

TEST(Slots, AreFreeAgainWhenTheAttemptEnds) {
  Story story;
  story.executor({.cpus = 1});
  const Unit a = story.task();
  story.task();
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{"publish 0", "submit 1 #1"}))
      << "not only when it is published";
}

TEST(Slots, ATaskThatAsksForMoreThanThereIsRunsAlone) {
  Story story;
  story.executor({.cpus = 2});
  const Unit wide = story.task(story.stage({.resources = {.cpus = 8}}));
  story.task();
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.succeeds(wide), (Texts{"submit 1 #1", "0 succeeded"}));
}

TEST(Slots, ATaskThatAsksForNoCpuTakesOne) {
  Story story;
  story.executor({.cpus = 2});
  story.tasks(3, story.stage({.resources = {.cpus = 0}}));
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 1 #1"}));
}

TEST(Slots, GpusThatDoNotExistAreRefused) {
  Story story;
  story.executor({.cpus = 2});
  story.task(story.stage({.resources = {.gpus = 1}}));
  EXPECT_EQ(story.start(), (Texts{"0 failed: the executor refused it", "all settled"}));
}

TEST(Slots, ExecutorsDoNotShareThem) {
  Story story;
  story.executor({.cpus = 1});
  const std::uint32_t other = story.another_executor({.cpus = 1});
  const PolicyIndex there = story.stage({.executor = other});
  story.tasks(2, 0);
  story.tasks(2, there);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 2 #1"}));
}

TEST(Slots, PoolsAreSharedByAllExecutors) {
  Story story;
  const std::uint32_t io = story.pool(3);
  const std::uint32_t other = story.another_executor({});
  const Unit a = story.task(story.stage({.pools = {{.pool = io, .amount = 2}}}));
  const Unit b = story.task(story.stage({.executor = other, .pools = {{.pool = io, .amount = 2}}}));
  const Unit c = story.task(story.stage({.executor = other, .pools = {{.pool = io}}}));
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 2 #1"}));
  EXPECT_EQ(story.succeeds(c), (Texts{"2 succeeded"}));
  EXPECT_EQ(story.succeeds(a), (Texts{"submit 1 #1", "0 succeeded"}));
  EXPECT_EQ(story.state(b), UnitState::running);
}

TEST(Slots, AShareLargerThanItsPoolTakesAllOfIt) {
  Story story;
  const std::uint32_t io = story.pool(2);
  story.tasks(2, story.stage({.pools = {{.pool = io, .amount = 2}, {.pool = io, .amount = 2}}}));
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
}

TEST(Slots, CoordinatorsTakeNone) {
  Story story;
  story.executor({.cpus = 1, .max_in_flight = 1});
  story.tasks(2, story.stage({.resources = {.cpus = 4}, .is_coordinator = true}));
  story.tasks(2);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 1 #1", "submit 2 #1"}));
}

TEST(Order, DeeperUnitsGoFirstThenTheLowerNumber) {
  Story story;
  story.executor({.cpus = 1});
  const PolicyIndex deep = story.stage({.depth = 3}), shallow = story.stage({.depth = 1});
  const Unit s0 = story.task(shallow), s1 = story.task(shallow), d0 = story.task(deep), d1 = story.task(deep);
  EXPECT_EQ(story.start(), (Texts{"submit 2 #1"}));
  EXPECT_EQ(story.ends(d0, Outcome::success), (Texts{"publish 2", "submit 3 #1"}));
  EXPECT_EQ(story.ends(d1, Outcome::success), (Texts{"publish 3", "submit 0 #1"}));
  EXPECT_EQ(story.ends(s0, Outcome::success), (Texts{"publish 0", "submit 1 #1"}));
  EXPECT_EQ(story.state(s1), UnitState::running);
}

TEST(Order, SmallUnitsUseWhatALargerOneCannot) {
  Story story;
  story.executor({.cpus = 3});
  const PolicyIndex wide = story.stage({.resources = {.cpus = 2}});
  story.tasks(2, wide);
  story.task();
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 2 #1"}));
  EXPECT_EQ(story.scheduler().waits_for(1), "waits for 2 CPUs: 0 of 3 free");
}

/// A unit of two CPUs waits while 1-CPU units, one after the other, keep both CPUs of the machine busy.
struct Crowd {
  Story story;
  std::vector<Unit> first;
  Unit large;
  std::vector<Unit> small;
  std::vector<Unit> running;

  explicit Crowd(Policy large_policy) {
    story.executor({.cpus = 2});
    first = story.tasks(2, story.stage({.depth = 2}));
    large = story.task(story.stage(std::move(large_policy)));
    small = story.tasks(200);
    story.start();
    running = first;
  }

  /// The oldest ends; who takes its place?
  Texts next() {
    const Unit oldest = running.front();
    running.erase(running.begin());
    Texts texts = story.ends(oldest, Outcome::success);
    texts.erase(texts.begin());
    for (const Unit unit : small)
      if (texts == Texts{"submit " + std::to_string(unit) + " #1"}) running.push_back(unit);
    return texts;
  }
};

TEST(Order, ALargeUnitIsPassedOverSixtyFourTimesAndNoMore) {
  Crowd crowd({.resources = {.cpus = 2}, .depth = 1});
  for (std::size_t i = 0; i < 64; ++i)
    EXPECT_EQ(crowd.next(), (Texts{"submit " + std::to_string(crowd.small[i]) + " #1"}));
  EXPECT_EQ(crowd.next(), (Texts{})) << "one CPU is kept free";
  EXPECT_EQ(crowd.story.scheduler().waits_for(crowd.large), "waits for 2 CPUs: 1 of 2 free");
  EXPECT_EQ(crowd.story.scheduler().waits_for(crowd.small[64]),
            "waits behind a larger task that has waited long");
  EXPECT_EQ(crowd.next(), (Texts{"submit 2 #1"}));
}

TEST(Order, WhoWaitsForAPoolKeepsNoCpusIdle) {
  Story story;
  story.executor({.cpus = 2});
  const std::uint32_t licence = story.pool(1);
  const Policy licensed = {.pools = {{.pool = licence}}, .depth = 1};
  const Unit holder = story.task(story.stage(licensed));
  const PolicyIndex also_licensed = story.stage(licensed);
  const Unit waiting = story.task(also_licensed);
  const std::vector<Unit> small = story.tasks(200);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 2 #1"}));
  for (std::size_t i = 0; i < 150; ++i)
    EXPECT_EQ(story.ends(small[i], Outcome::success)[1], "submit " + std::to_string(small[i + 1]) + " #1");
  EXPECT_EQ(story.ends(holder, Outcome::success), (Texts{"publish 0", "submit 1 #1"}));
  EXPECT_EQ(story.state(waiting), UnitState::running);
}

TEST(Order, ACancelledUnitNoLongerKeepsOthersWaiting) {
  Crowd crowd({.resources = {.cpus = 2}, .depth = 1});
  for (int i = 0; i < 65; ++i) crowd.next();
  EXPECT_EQ(crowd.story.step(CancelUnit{crowd.large}),
            (Texts{"2 cancelled: cancelled", "submit " + std::to_string(crowd.small[64]) + " #1"}));
}

TEST(ExecutorDown, NothingNewGoesThereAndNothingFails) {
  Story story;
  story.executor({.cpus = 1});
  const std::uint32_t slurm = story.another_executor({});
  const PolicyIndex there = story.stage({.executor = slurm});
  const Unit a = story.task(there);
  const Unit b = story.task({one(a)}, there);
  const Unit c = story.task();
  story.task({one(c)});
  story.start();
  EXPECT_EQ(story.step(ExecutorDown{slurm}), (Texts{}));
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded"}));
  EXPECT_EQ(story.succeeds(c), (Texts{"2 succeeded", "submit 3 #1"})) << "the other executor goes on";
  EXPECT_EQ(story.scheduler().waits_for(b), "waits for executor '1': it can't be reached");
  EXPECT_EQ(story.step(ExecutorUp{slurm}), (Texts{"submit 1 #1"}));
}

TEST(WaitsFor, SaysInPlainWordsWhatIsMissing) {
  Story story;
  story.executor({.cpus = 4, .gpus = 1, .memory_bytes = 8 * gb});
  const std::uint32_t batch = story.another_executor({.max_in_flight = 1});
  const std::uint32_t io = story.pool(2);
  story.problem().executor_names = {"local", "slurm"};
  story.problem().pool_names = {"io"};
  const PolicyIndex gpu = story.stage({.resources = {.gpus = 1}});
  const PolicyIndex memory = story.stage({.resources = {.memory_bytes = 6 * gb}});
  const PolicyIndex pool = story.stage({.pools = {{.pool = io, .amount = 2}}});
  const PolicyIndex slurm = story.stage({.executor = batch});
  for (const PolicyIndex policy : {gpu, memory, pool, slurm}) story.tasks(2, policy);
  const Unit wide = story.task(story.stage({.resources = {.cpus = 3}}));
  const Unit late = story.task({one(0), one(1)});
  story.start();
  const auto waits_for = [&story](Unit unit) { return story.scheduler().waits_for(unit); };
  EXPECT_EQ(waits_for(0), "");
  EXPECT_EQ(waits_for(1), "waits for 1 GPU: 0 of 1 free");
  EXPECT_EQ(waits_for(3), "waits for 6 GB of memory: 2 GB of 8 GB free");
  EXPECT_EQ(waits_for(5), "waits for 2 of pool 'io': 0 of 2 free");
  EXPECT_EQ(waits_for(7), "waits for executor 'slurm': 1 of 1 attempt in flight");
  EXPECT_EQ(waits_for(wide), "waits for 3 CPUs: 1 of 4 free");
  EXPECT_EQ(waits_for(late), "waits for 2 inputs");
  story.step(ExecutorDown{batch});
  EXPECT_EQ(waits_for(7), "waits for executor 'slurm': it can't be reached");
  story.step(StopSubmitting{});
  EXPECT_EQ(waits_for(wide), "waits: the run is stopping");
}

}  // namespace
}  // namespace sluice::schedule
