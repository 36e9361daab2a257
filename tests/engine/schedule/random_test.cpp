// Three million random events under the eyes of the ledger. A failure prints its seed;
// SLUICE_SCHEDULE_SEED=SEED plays that one again, and SLUICE_SCHEDULE_EVENTS asks for more or fewer.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/engine/schedule/random_run.h"

namespace sluice::schedule {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t most_events = 300'000;  // sanitizers are ten times slower
#else
constexpr std::uint64_t most_events = 3'000'000;
#endif

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string play(std::uint64_t seed, Reached& reached) {
  const std::string complaint = RandomRun(seed).play(reached);
  return complaint.empty() ? "" : "SLUICE_SCHEDULE_SEED=" + std::to_string(seed) + ": " + complaint;
}

void expect_every_corner(const Reached& reached) {
  EXPECT_GT(reached.wakes, 0U);
  for (const UnitState state :
       {UnitState::cached, UnitState::succeeded, UnitState::failed, UnitState::skipped, UnitState::cancelled})
    EXPECT_GT(reached.settled[static_cast<std::size_t>(state)], 0U) << to_string(state);
  for (std::size_t why = 0; why < std::size(reached.whys); ++why) {
    if (static_cast<Why>(why) != Why::done) {  // what is done is not spoken of
      EXPECT_GT(reached.whys[why], 0U) << to_string(static_cast<Why>(why));
    }
  }
}

TEST(RandomRuns, MillionsOfEventsBreakNoRule) {
  Reached reached;
  if (const std::uint64_t seed = number_from_environment("SLUICE_SCHEDULE_SEED", 0); seed != 0) {
    EXPECT_EQ(play(seed, reached), "");
    return;
  }
  const std::uint64_t wanted = number_from_environment("SLUICE_SCHEDULE_EVENTS", most_events);
  std::uint64_t seed = 0;
  while (reached.events < wanted) ASSERT_EQ(play(++seed, reached), "");
  if (wanted >= 100'000) expect_every_corner(reached);
  std::cout << seed << " runs, " << reached.events << " events, " << reached.checks << " checks, "
            << reached.submits << " submits, " << reached.retries << " retries, " << reached.cancels
            << " cancelled attempts\n";
}

}  // namespace
}  // namespace sluice::schedule
