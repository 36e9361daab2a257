#include "stages/hello_decay/muons.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stages/hello_fit/fit.h"

namespace sluice::hello {
namespace {

Histogram stop(const Absorber& absorber, std::int64_t muons, double noise = 0.01) {
  Histogram histogram{absorber.name, 7, 0, noise, 20, std::vector<std::int64_t>(200)};
  stop_muons(absorber, 0, muons, histogram);
  return histogram;
}

std::int64_t recorded(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0});
}

const Absorber& vacuum = absorbers()[0];
const Absorber& carbon = absorbers()[1];
const Absorber& aluminium = absorbers()[2];

TEST(Muons, AMuonDecaysTheSameWayWhoeverAsks) {
  const Histogram whole = stop(carbon, 10'000);
  Histogram parts{carbon.name, 7, 0, 0.01, 20, std::vector<std::int64_t>(200)};
  stop_muons(carbon, 6000, 4000, parts);
  stop_muons(carbon, 0, 6000, parts);
  EXPECT_EQ(parts.counts, whole.counts);
  EXPECT_EQ(parts.stopped, whole.stopped);
}

TEST(Muons, FreeOnesLiveAsLongAsTheTextbookSays) {
  const Histogram histogram = stop(vacuum, 1'000'000);
  const auto fit = fit_lifetime(histogram.counts, histogram.bin_width_us());
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->lifetime_us, muon_lifetime_us, 3 * fit->error_us);
  EXPECT_NEAR(fit->error_us, muon_lifetime_us / std::sqrt(1e6), 0.0005);
  EXPECT_NEAR(fit->background_per_bin, 0.01 * 1e6 / 200, 2);
  EXPECT_NEAR(fit->chi2_per_dof, 1, 0.3);
}

TEST(Muons, MatterCapturesNegativeOnes) {
  const double free = static_cast<double>(recorded(stop(vacuum, 1'000'000, 0)));
  const double negative = 1 / 2.2766;
  const double lost = negative * (1 - aluminium.negative_lifetime_us / muon_lifetime_us);
  EXPECT_NEAR(static_cast<double>(recorded(stop(aluminium, 1'000'000, 0))) / free, 1 - lost, 0.002);
}

TEST(Muons, TwoLifetimesAreNotOneExponential) {
  const Histogram histogram = stop(aluminium, 1'000'000);
  EXPECT_GT(fit_lifetime(histogram.counts, histogram.bin_width_us())->chi2_per_dof, 10);
}

TEST(Fit, RefusesWhatIsNoDecay) {
  const std::vector<std::int64_t> few(200, 0);
  EXPECT_EQ(to_string(fit_lifetime(few, 0.1).error()),
            "there is too little to fit: 0 decays in 200 bins\n  100 decays in 10 bins are the least");
}

TEST(Fit, FindsTheExactValuesOfAnExactHistogram) {
  std::vector<std::int64_t> counts;
  for (int bin = 0; bin < 100; ++bin)
    counts.push_back(std::llround(1e9 * (std::exp(-bin * 0.2 / 2) - std::exp(-(bin + 1) * 0.2 / 2)) + 5000));
  const auto fit = fit_lifetime(counts, 0.2);
  EXPECT_NEAR(fit->lifetime_us, 2, 1e-6);
  EXPECT_NEAR(fit->background_per_bin, 5000, 1);
  EXPECT_NEAR(fit->signal, 1e9, 1e3);
}

}  // namespace
}  // namespace sluice::hello
