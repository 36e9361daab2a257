// Ten thousand lives of one workflow, each with its own crashes, late and doubled answers, lost nodes and
// full disks.
//   SLUICE_SIM_SEED=N   replays one life        SLUICE_SIM_RUNS=N   how many lives
#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sluice::sim {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, NoPromiseIsBrokenWhateverHappens) {
  if (std::getenv("SLUICE_SIM_SEED") != nullptr) {
    const Verdict verdict = simulate(number_from("SLUICE_SIM_SEED", 1));
    EXPECT_EQ(verdict.broken, "");
    return;
  }
  const std::uint64_t runs = number_from("SLUICE_SIM_RUNS", 10'000);
  std::uint64_t crashes = 0, drivers = 0, attempts = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const Verdict verdict = simulate(seed);
    ASSERT_EQ(verdict.broken, "") << "replay with SLUICE_SIM_SEED=" << seed;
    crashes += static_cast<std::uint64_t>(verdict.crashes);
    drivers += static_cast<std::uint64_t>(verdict.drivers);
    attempts += verdict.attempts;
  }
  std::printf("%llu lives, %llu drivers, %llu crashes, %llu attempts\n",
              static_cast<unsigned long long>(runs), static_cast<unsigned long long>(drivers),
              static_cast<unsigned long long>(crashes), static_cast<unsigned long long>(attempts));
  EXPECT_GT(crashes, runs / 2) << "the faults do not strike: this test would prove nothing";
}

TEST(Simulation, OneSeedIsOneLife) {
  const Verdict first = simulate(42), second = simulate(42);
  EXPECT_EQ(first.drivers, second.drivers);
  EXPECT_EQ(first.crashes, second.crashes);
  EXPECT_EQ(first.attempts, second.attempts);
}

}  // namespace
}  // namespace sluice::sim
