#include "stages/sweep/report/axis.h"

#include <gtest/gtest.h>

#include "tests/stages/sweep/report/example.h"

namespace sluice::sweep {
namespace {

std::string labels(const Axis& axis, std::size_t most = 6) {
  std::string text;
  for (const Tick& tick : axis.ticks(most)) text += (text.empty() ? "" : " ") + tick.label;
  return text;
}

TEST(Axis, TicksStandAtRoundNumbers) {
  EXPECT_EQ(labels({0, 100}), "0 20 40 60 80 100");
  EXPECT_EQ(labels({442.27, 451.3}), "444 446 448 450");
  EXPECT_EQ(labels({-0.13, 0.27}), "-0.1 0 0.1 0.2");
  EXPECT_EQ(labels({0.001, 0.0011}), "0.00100 0.00102 0.00104 0.00106 0.00108 0.00110");
  EXPECT_EQ(labels({0, 3e7}), "0 5e6 1e7 1.5e7 2e7 2.5e7 3e7");
}

TEST(Axis, ALogarithmicOneHasPowersOfTenOrPartsOfThem) {
  EXPECT_EQ(labels({1e-6, 3e-2, true}), "1e-6 1e-5 0.0001 0.001 0.01");
  EXPECT_EQ(labels({16, 512, true}), "20 50 100 200 500");
  EXPECT_EQ(labels({1, 1e12, true}, 4), "1 1000 1e6 1e9 1e12");
  EXPECT_EQ(labels({300, 400, true}, 4), "300 350 400");
  EXPECT_NEAR(Axis(1, 100, true).at(10), 0.5, 1e-12);
}

TEST(Axis, ASingleValueStandsInTheMiddleAndWhatLiesOutsideAtTheEdge) {
  EXPECT_NEAR(Axis(7, 7).at(7), 0.5, 1e-12);
  EXPECT_NEAR(Axis(0, 0).at(0), 0.5, 1e-12);
  EXPECT_EQ(Axis(0, 1).at(5), 1);
  EXPECT_FALSE(Axis(0, 1).contains(5));
}

TEST(Axis, NamesHaveAPlaceEach) {
  const Axis axis = Axis::of_names({"a", "b"});
  EXPECT_EQ(axis.at(0), 0.25);
  EXPECT_EQ(axis.at(1), 0.75);
  EXPECT_EQ(labels(axis), "a b");
}

TEST(LossAxis, LeavesOutTheWorstTenthWhereItWouldPressTheOthersFlat) {
  hpo::Study study(read_example(example_text));
  std::vector<double> losses;
  for (int i = 0; i < 20; ++i) losses.push_back(100 + i);
  EXPECT_EQ(loss_axis(losses, study).axis.high(), 119);
  losses.push_back(1000);
  losses.push_back(INFINITY);
  const LossAxis cut = loss_axis(losses, study);
  EXPECT_EQ(cut.axis.high(), 118);
  EXPECT_EQ(cut.beyond, 2U);
  EXPECT_FALSE(cut.axis.is_log());
}

TEST(LossAxis, IsLogarithmicAcrossDecades) {
  hpo::Study study(read_example(example_text));
  EXPECT_TRUE(loss_axis({1e-4, 0.2, 7, 90}, study).axis.is_log());
  EXPECT_FALSE(loss_axis({-1e-4, 0.2, 7, 90}, study).axis.is_log());
}

TEST(LossAxis, OfWhatIsMaximisedHasTheBestOnTop) {
  hpo::StudySettings settings = read_example(example_text);
  settings.maximise = true;
  hpo::Study study(settings);
  const LossAxis axis = loss_axis({-0.9, -0.5}, study);
  EXPECT_EQ(axis.axis.low(), 0.5);
  EXPECT_EQ(axis.axis.high(), 0.9);
}

}  // namespace
}  // namespace sluice::sweep
