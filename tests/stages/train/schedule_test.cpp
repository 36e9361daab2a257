#include "stages/train/schedule.h"

#include <gtest/gtest.h>

namespace sluice::train {

namespace {

Settings with(const char* schedule) {
  Settings settings;
  settings.schedule = schedule;
  settings.lr = 1;
  return settings;
}

TEST(Schedule, ConstantStays) { EXPECT_DOUBLE_EQ(rate_at(with("constant"), 70, 100, 1), 1); }

TEST(Schedule, CosineFallsToATenth) {
  EXPECT_DOUBLE_EQ(rate_at(with("cosine"), 0, 100, 1), 1);
  EXPECT_DOUBLE_EQ(rate_at(with("cosine"), 50, 100, 1), 0.55);
  EXPECT_NEAR(rate_at(with("cosine"), 100, 100, 1), 0.1, 1e-12);
  EXPECT_NEAR(rate_at(with("cosine"), 500, 100, 1), 0.1, 1e-12);  // trained on beyond its horizon
}

TEST(Schedule, OneCycleRisesForThirtyPercent) {
  EXPECT_NEAR(rate_at(with("onecycle"), 0, 100, 1), 0.04, 1e-12);
  EXPECT_NEAR(rate_at(with("onecycle"), 30, 100, 1), 1, 1e-12);
  EXPECT_NEAR(rate_at(with("onecycle"), 100, 100, 1), 4e-6, 1e-12);
}

TEST(Schedule, WarmUpRisesFromNothing) {
  Settings settings = with("constant");
  settings.warmup_steps = 4;
  EXPECT_DOUBLE_EQ(rate_at(settings, 0, 100, 1), 0.25);
  EXPECT_DOUBLE_EQ(rate_at(settings, 3, 100, 1), 1);
}

TEST(Schedule, LargeBatchesMayLearnFaster) {
  Settings settings = with("constant");
  settings.batch = 128;
  settings.base_batch = 32;
  EXPECT_DOUBLE_EQ(scaled_rate(settings), 1);
  settings.scaling = "linear";
  EXPECT_DOUBLE_EQ(scaled_rate(settings), 4);
  settings.scaling = "sqrt";
  EXPECT_DOUBLE_EQ(scaled_rate(settings), 2);
}

TEST(Schedule, PlateauDropsWhenNothingIsGained) {
  Settings settings = with("plateau");
  settings.plateau_patience = 2;
  Progressing progressing;
  EXPECT_TRUE(progressing.observe(1, 1, settings));
  for (int epoch = 2; epoch <= 3; ++epoch) EXPECT_FALSE(progressing.observe(1, epoch, settings));
  EXPECT_DOUBLE_EQ(progressing.plateau_factor, 1);
  EXPECT_FALSE(progressing.observe(1, 4, settings));
  EXPECT_DOUBLE_EQ(progressing.plateau_factor, 0.1);
  EXPECT_DOUBLE_EQ(rate_at(settings, 10, 100, progressing.plateau_factor), 0.1);
}

TEST(Schedule, EarlyStoppingCountsValidationsWithoutGain) {
  Settings settings = with("constant");
  settings.patience = 2;
  Progressing progressing;
  progressing.observe(1, 1, settings);
  progressing.observe(0.99999, 2, settings);  // too little to count, but the best so far
  EXPECT_EQ(progressing.best_epoch, 2);
  EXPECT_FALSE(progressing.give_up(settings));
  progressing.observe(2, 3, settings);
  EXPECT_TRUE(progressing.give_up(settings));
}

}  // namespace

}  // namespace sluice::train
