// Counters, quantiles and their uncertainties.
#include "stages/evaluate/physics/counts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stages/evaluate/physics/measures.h"
#include "stages/stage/random.h"

namespace sluice::evaluate {
namespace {

constexpr int replicas = 200;

double normal(std::uint64_t seed, std::uint64_t event) {
  const auto bits = stage::random4(seed, event);
  return std::sqrt(-2 * std::log(stage::uniform(bits[0]))) * std::cos(2 * M_PI * stage::uniform(bits[1]));
}

TEST(Bootstrap, WeightsArePoissonNumbersOfMeanOne) {
  const Bootstrap bootstrap(1, replicas);
  constexpr int events = 5000;
  std::array<double, 12> frequency{};
  for (std::uint64_t event = 0; event < events; ++event)
    for (const std::uint8_t weight : bootstrap.weights(event)) frequency[weight] += 1.0 / (events * replicas);
  double expected = std::exp(-1.0);
  for (std::size_t k = 0; k < 6; expected /= static_cast<double>(++k))
    EXPECT_NEAR(frequency[k], expected, 5 * std::sqrt(expected / (events * replicas))) << k;
}

TEST(Bootstrap, AnEventHasItsWeightsWhereverItStands) {
  const Bootstrap bootstrap(7, 30);
  EXPECT_EQ(bootstrap.weights(123), Bootstrap(7, 30).weights(123));
  EXPECT_NE(bootstrap.weights(123), bootstrap.weights(124));
  EXPECT_NE(bootstrap.weights(123), Bootstrap(8, 30).weights(123));
  const Weights more = Bootstrap(7, 50).weights(123);  // the first replicas stay when there are more
  EXPECT_TRUE(std::equal(more.begin(), more.begin() + 30, bootstrap.weights(123).begin()));
}

TEST(Estimate, OfACountIsItsPoissonError) {
  const Bootstrap bootstrap(1, 1000);
  Count count(1000);
  for (std::uint64_t event = 0; event < 400; ++event) count.add(bootstrap.weights(event));
  const auto seen = estimate(1000, [&](int replica) { return count.at(replica); });
  EXPECT_EQ(seen->value, 400);
  EXPECT_NEAR(seen->error, 20, 2);
}

TEST(Estimate, OfAShareOfTheSameEventsIsCorrelated) {
  const Bootstrap bootstrap(2, 1000);
  Count all(1000);
  Count half(1000);
  for (std::uint64_t event = 0; event < 400; ++event) {
    all.add(bootstrap.weights(event));
    if (event % 2 == 0) half.add(bootstrap.weights(event));
  }
  const auto share = ratio(1000, half, all);
  EXPECT_EQ(share->value, 0.5);
  EXPECT_NEAR(share->error, std::sqrt(0.25 / 400), 0.0025);
  EXPECT_EQ(ratio(1000, all, all), (Estimate{1, 0}));
}

TEST(Estimate, OfWhatIsNotThereIsNothing) {
  EXPECT_EQ(ratio(10, Count(10), Count(10)), std::nullopt);
  EXPECT_EQ(estimate(10, [](int) { return std::nan(""); }), std::nullopt);
  EXPECT_EQ(estimate(10, [](int replica) { return replica < 4 ? 1.0 : std::nan(""); }), std::nullopt);
}

TEST(Binning, ValuesAtAnEdgeBelongAbove) {
  const Binning binning{{0, 1, 2.5}};
  EXPECT_EQ(binning.bins(), 2U);
  EXPECT_EQ(binning.find(0), 0U);
  EXPECT_EQ(binning.find(1), 1U);
  EXPECT_EQ(binning.find(2.4), 1U);
  for (const double outside : {-0.1, 2.5, std::nan("")}) EXPECT_EQ(binning.find(outside), 2U) << outside;
}

TEST(Spectrum, GrowsAsFarAsThereIsSomething) {
  Spectrum spectrum(5, 2);
  EXPECT_EQ(spectrum.bins(), 0U);
  for (const double value : {0.0, 4.9, 12.0, -1.0, std::nan("")}) spectrum.add(value, {1, 2});
  ASSERT_EQ(spectrum.bins(), 3U);
  EXPECT_EQ(spectrum.bin(0).total(), 2U);
  EXPECT_EQ(spectrum.bin(0).at(1), 4);
  EXPECT_EQ(spectrum.bin(1).total(), 0U);
  EXPECT_EQ(spectrum.bin(2).total(), 1U);
  spectrum.add(1e300, {1, 1});
  EXPECT_EQ(spectrum.bins(), 2000U);
}

TEST(Distribution, QuartilesByHand) {
  Distribution distribution(0, 2.56, 1);
  for (int i = 0; i < 100; ++i) distribution.add(0.5 + 0.01 * i, {1});
  const auto q = distribution.quartiles(nominal);
  EXPECT_NEAR(q.lower, 0.75, 0.011);
  EXPECT_NEAR(q.median, 1.0, 0.011);
  EXPECT_NEAR(q.upper, 1.25, 0.011);
}

TEST(Distribution, AgreesWithSortingToABin) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Distribution distribution(0, 2.56, 1);
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 50 + 97 * seed; ++i) {
      values.push_back(1 + 0.1 * normal(seed, i));
      distribution.add(values.back(), {1});
    }
    std::sort(values.begin(), values.end());
    const auto between = [&](double share) {
      const double place = share * static_cast<double>(values.size());
      return std::pair(values[static_cast<std::size_t>(place) - 1], values[static_cast<std::size_t>(place)]);
    };
    constexpr double bin = 2.56 / Distribution::fine_bins;
    const auto q = distribution.quartiles(nominal);
    for (const auto& [share, seen] : {std::pair(0.25, q.lower), {0.5, q.median}, {0.75, q.upper}}) {
      EXPECT_GE(seen, between(share).first - bin) << seed;
      EXPECT_LE(seen, between(share).second + bin) << seed;
    }
  }
}

TEST(Distribution, AReplicaOfEqualWeightsIsTheDistribution) {
  Distribution distribution(0, 2.56, 1);
  for (std::uint64_t i = 0; i < 3000; ++i) distribution.add(1 + 0.1 * normal(3, i), {1});
  EXPECT_NEAR(median(distribution, 0), median(distribution, nominal), 0.0025);
  EXPECT_NEAR(iqr(distribution, 0), iqr(distribution, nominal), 0.005);
}

TEST(Distribution, ErrorsOfMedianAndWidthAreThoseOfTheory) {
  constexpr std::uint64_t events = 4000;
  constexpr double sigma = 0.1;
  const Bootstrap bootstrap(5, replicas);
  Distribution distribution(0, 2.56, replicas);
  for (std::uint64_t i = 0; i < events; ++i) distribution.add(1 + sigma * normal(9, i), bootstrap.weights(i));
  const auto seen = estimate(replicas, [&](int r) { return median(distribution, r); });
  const auto width = estimate(replicas, [&](int r) { return iqr(distribution, r); });
  EXPECT_NEAR(seen->value, 1, 4 * seen->error);
  EXPECT_NEAR(seen->error, 1.2533 * sigma / std::sqrt(events), 0.0004);  // sqrt(pi/2) sigma / sqrt(n)
  EXPECT_NEAR(width->value, 1.349 * sigma, 4 * width->error);
  EXPECT_NEAR(width->error, 1.573 * sigma / std::sqrt(events), 0.0006);
}

TEST(Distribution, TooFewValuesHaveNoQuartiles) {
  Distribution distribution(0, 1, 3);
  EXPECT_TRUE(std::isnan(median(distribution, nominal)));
  for (int i = 0; i < 9; ++i) distribution.add(0.5, {1, 1, 1});
  EXPECT_TRUE(std::isnan(median(distribution, nominal)));
  EXPECT_TRUE(std::isnan(median(distribution, 2)));
  distribution.add(0.5, {1, 1, 1});
  EXPECT_NEAR(median(distribution, nominal), 0.5, 1e-3);
}

TEST(Distribution, WhatLiesOutsideCountsAsTheEnd) {
  Distribution distribution(0, 1, 1);
  for (int i = 0; i < 10; ++i) distribution.add(-5, {1});
  for (int i = 0; i < 30; ++i) distribution.add(7, {1});
  const auto q = distribution.quartiles(nominal);
  EXPECT_EQ(q.lower, 0);
  EXPECT_EQ(q.median, 1);
  EXPECT_EQ(q.upper, 1);
}

TEST(Distribution, FiguresShowWhatIsInside) {
  Distribution distribution(0, 1, 1);
  for (const double value : {0.1, 0.1, 0.6, -1.0, 3.0}) distribution.add(value, {1});
  EXPECT_EQ(distribution.histogram(4), (std::vector<std::uint64_t>{2, 0, 1, 0}));
  EXPECT_EQ(Distribution(0, 1, 1).histogram(2), (std::vector<std::uint64_t>{0, 0}));
}

}  // namespace
}  // namespace sluice::evaluate
