#include "stages/sweep/report/lanes.h"

#include <gtest/gtest.h>

namespace sluice::sweep {
namespace {

TEST(Lanes, ALaneIsUsedAgainWhenItIsFree) {
  std::vector<Bar> bars = {{0, 0, 5, 1, 0}, {1, 0, 2, 1, 0}, {2, 2, 4, 1, 0}, {3, 3, 9, 1, 0}};
  EXPECT_EQ(put_into_lanes(bars), 3U);
  EXPECT_EQ(bars[2].lane, 1U);
  EXPECT_EQ(bars[3].lane, 2U);
}

TEST(Lanes, ATrialWithMoreResourcesIsAsManyLanesWide) {
  std::vector<Bar> bars = {
      {0, 0, 9, 1, 0}, {1, 0, 2, 1, 0}, {2, 0, 9, 1, 0}, {3, 1, 5, 4, 0}, {4, 3, 4, 1, 0}};
  EXPECT_EQ(put_into_lanes(bars), 7U);
  EXPECT_EQ(bars[3].lane, 3U);
  EXPECT_EQ(bars[4].lane, 1U);
}

}  // namespace
}  // namespace sluice::sweep
