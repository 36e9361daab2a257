// What a stage should ask for instead.
#include "engine/report/advice.h"

#include <gtest/gtest.h>

namespace sluice::report {
namespace {

Cost memory(double asked_gb, double usual_gb, double peak_gb) {
  Cost cost;
  cost.asked_bytes = static_cast<std::uint64_t>(asked_gb * 1e9);
  cost.usual_bytes = static_cast<std::uint64_t>(usual_gb * 1e9);
  cost.peak_bytes = static_cast<std::uint64_t>(peak_gb * 1e9);
  return cost;
}

TEST(MemoryAdvice, IsAFifthMoreThanWhatIsUsuallyNeeded) {
  EXPECT_EQ(memory_advice(memory(16, 2.58, 2.7)), "memory = \"3.1 GB\" would do");
}

TEST(MemoryAdvice, IsNeverLessThanAnybodyWouldNotice) {
  EXPECT_EQ(memory_advice(memory(4, 0.003, 0.003)), "memory = \"100 MB\" would do");
}

TEST(MemoryAdvice, SaysNothingWhenLittleIsToBeSaved) {
  EXPECT_EQ(memory_advice(memory(4, 2.5, 2.6)), "");
  EXPECT_EQ(memory_advice(memory(0, 2.5, 2.6)), "");
  EXPECT_EQ(memory_advice(memory(4, 0, 0)), "");
}

TEST(MemoryAdvice, WarnsCloseToTheLimit) {
  EXPECT_EQ(memory_advice(memory(4, 3.5, 3.9)), "too close to its limit: memory = \"4.7 GB\" would be safe");
}

TEST(TimeAdvice, IsTwiceTheLongest) {
  Cost cost;
  cost.asked_s = 12 * 3600;
  cost.longest_s = 1500;
  EXPECT_EQ(time_advice(cost), "time = \"50 min\" would do");
  cost.longest_s = 20;
  EXPECT_EQ(time_advice(cost), "time = \"10 min\" would do");
  cost.longest_s = 4 * 3600;
  EXPECT_EQ(time_advice(cost), "");
  cost.longest_s = 11.9 * 3600;
  EXPECT_EQ(time_advice(cost), "too close to its limit: time = \"17 h 51 min\" would be safe");
  cost.asked_s = 0;
  EXPECT_EQ(time_advice(cost), "");
}

TEST(RoundBytesUp, GivesTwoDigits) {
  EXPECT_EQ(round_bytes_up(3.01e9), "3.1 GB");
  EXPECT_EQ(round_bytes_up(3.1e9), "3.1 GB");
  EXPECT_EQ(round_bytes_up(987e6), "990 MB");
  EXPECT_EQ(round_bytes_up(996e6), "1 GB");
}

}  // namespace
}  // namespace sluice::report
