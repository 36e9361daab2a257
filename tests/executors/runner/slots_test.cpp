#include "executors/runner/slots.h"

#include <gtest/gtest.h>

namespace sluice::executors {
namespace {

Resources asks(int cpus, std::uint64_t memory = 0, int gpus = 0) { return {cpus, memory, gpus, 1, 0}; }

TEST(Slots, AreTakenAndGivenBack) {
  Slots slots;
  slots.configure(4, 0, 0);
  EXPECT_TRUE(slots.fits(asks(4)));
  slots.take(asks(3));
  EXPECT_TRUE(slots.fits(asks(1)));
  EXPECT_FALSE(slots.fits(asks(2)));
  slots.give_back(asks(3), {});
  EXPECT_TRUE(slots.fits(asks(4)));
}

TEST(Slots, NoGpuIsGivenTwice) {
  Slots slots;
  slots.configure(8, 3, 0);
  EXPECT_EQ(slots.take(asks(1, 0, 2)), (std::vector<int>{0, 1}));
  EXPECT_EQ(slots.take(asks(1, 0, 1)), (std::vector<int>{2}));
  EXPECT_FALSE(slots.fits(asks(1, 0, 1)));
  slots.give_back(asks(1, 0, 2), {0, 1});
  EXPECT_EQ(slots.take(asks(1, 0, 1)), (std::vector<int>{0}));
}

TEST(Slots, MemoryCountsOnlyWhereItIsGiven) {
  Slots slots;
  slots.configure(8, 0, 0);
  EXPECT_TRUE(slots.fits(asks(1, 1ULL << 60U)));
  slots.configure(8, 0, 1000);
  slots.take(asks(1, 600));
  EXPECT_FALSE(slots.fits(asks(1, 401)));
  EXPECT_TRUE(slots.fits(asks(1, 400)));
}

TEST(Slots, AfterASmallerConfigurationWhatRunsKeepsItsPlace) {
  Slots slots;
  slots.configure(4, 2, 0);
  const auto gpus = slots.take(asks(4, 0, 2));
  slots.configure(2, 1, 0);
  EXPECT_FALSE(slots.fits(asks(1)));
  slots.give_back(asks(4, 0, 2), gpus);
  EXPECT_TRUE(slots.fits(asks(2, 0, 1)));
  EXPECT_FALSE(slots.fits(asks(2, 0, 2)));
}

TEST(Slots, WhatCanNeverFitIsToldWhy) {
  Slots slots;
  slots.configure(2, 1, 8'000'000'000);
  EXPECT_EQ(slots.never_fits(asks(2, 1, 1)), "");
  EXPECT_EQ(slots.never_fits(asks(3)),
            "asks for 3 CPUs, but the local executor has 2 (raise -j, or ask for less)");
  EXPECT_EQ(slots.never_fits(asks(1, 0, 2)), "asks for 2 GPUs, but the local executor has 1");
  EXPECT_EQ(slots.never_fits(asks(1, 9'000'000'000)),
            "asks for 9 GB of memory, but the local executor has 8 GB");
}

}  // namespace
}  // namespace sluice::executors
