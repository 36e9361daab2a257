#include "executors/runner/look_pace.h"

#include <gtest/gtest.h>

namespace sluice::executors {
namespace {

constexpr double cheap_s = 0.001;

TEST(LookPace, AllProcessesAreLookedAtLessOftenTheLongerNothingWasStarted) {
  EXPECT_DOUBLE_EQ(until_next_scan_s(0, false, cheap_s), 1);
  EXPECT_DOUBLE_EQ(until_next_scan_s(6, false, cheap_s), 3);
  EXPECT_DOUBLE_EQ(until_next_scan_s(3600, false, cheap_s), 5);
}

TEST(LookPace, WhoseMemoryIsOursToWatchIsLookedAtSooner) {
  EXPECT_DOUBLE_EQ(until_next_scan_s(0, true, cheap_s), 0.25);
  EXPECT_DOUBLE_EQ(until_next_scan_s(3600, true, cheap_s), 5);
}

TEST(LookPace, OnANodeWithVeryManyProcessesLookingTakesAHundredthOfACore) {
  EXPECT_DOUBLE_EQ(until_next_scan_s(0, true, 0.02), 2);
  EXPECT_DOUBLE_EQ(until_next_scan_s(3600, true, 0.1), 10);
}

TEST(LookPace, NearItsLimitAnAttemptIsReadFourTimesASecondElseOnce) {
  constexpr std::uint64_t limit = 1'000'000'000;
  EXPECT_DOUBLE_EQ(until_limit_s(0, limit), 1);
  EXPECT_DOUBLE_EQ(until_limit_s(500'000'000, limit), 0.5);
  EXPECT_DOUBLE_EQ(until_limit_s(900'000'000, limit), 0.25);
  EXPECT_DOUBLE_EQ(until_limit_s(2 * limit, limit), 0.25) << "waits for its end";
  EXPECT_DOUBLE_EQ(until_limit_s(10 * limit, 64 * limit), 1);
}

}  // namespace
}  // namespace sluice::executors
