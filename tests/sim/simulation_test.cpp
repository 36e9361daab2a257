// Thousands of lives of one workflow, on a machine and on Slurm, each with its own crashes, late, lost and
// doubled answers, lost nodes and full disks.
//   SLUICE_SIM_SEED=N   replays one life        SLUICE_SIM_RUNS=N   how many lives of each kind
#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace sluice::sim {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Sum {
  std::uint64_t lives = 0, drivers = 0, crashes = 0, attempts = 0;
  std::uint64_t broken_seed = 0;
  std::string broken;
};

/// Lives know nothing of each other: as many at once as there are cores.
Sum live_many(std::uint64_t count, Where where) {
  Sum sum;
  std::mutex guard;
  std::atomic<std::uint64_t> next{1};
  std::atomic<bool> stop{false};
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed <= count && !stop; seed = next++) {
      const Verdict verdict = simulate(seed, where);
      const std::lock_guard lock(guard);
      ++sum.lives;
      sum.drivers += static_cast<std::uint64_t>(verdict.drivers);
      sum.crashes += static_cast<std::uint64_t>(verdict.crashes);
      sum.attempts += verdict.attempts;
      if (verdict.broken.empty()) continue;
      stop = true;
      if (!sum.broken.empty() && sum.broken_seed < seed) continue;
      sum.broken = verdict.broken;
      sum.broken_seed = seed;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();
  std::printf("%llu lives, %llu drivers, %llu crashes, %llu attempts\n",
              static_cast<unsigned long long>(sum.lives), static_cast<unsigned long long>(sum.drivers),
              static_cast<unsigned long long>(sum.crashes), static_cast<unsigned long long>(sum.attempts));
  return sum;
}

class Simulation : public testing::TestWithParam<Where> {};

TEST_P(Simulation, NoPromiseIsBrokenWhateverHappens) {
  if (std::getenv("SLUICE_SIM_SEED") != nullptr) {
    EXPECT_EQ(simulate(number_from("SLUICE_SIM_SEED", 1), GetParam()).broken, "");
    return;
  }
  const std::uint64_t runs = number_from("SLUICE_SIM_RUNS", 5'000);
  const Sum sum = live_many(runs, GetParam());
  ASSERT_EQ(sum.broken, "") << "replay with SLUICE_SIM_SEED=" << sum.broken_seed;
  EXPECT_GT(sum.crashes, runs / 2) << "the faults do not strike: this test would prove nothing";
}

TEST_P(Simulation, OneSeedIsOneLife) {
  const Verdict first = simulate(42, GetParam()), second = simulate(42, GetParam());
  EXPECT_EQ(first.drivers, second.drivers);
  EXPECT_EQ(first.crashes, second.crashes);
  EXPECT_EQ(first.attempts, second.attempts);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, Simulation, testing::Values(Where::machine, Where::slurm),
                         [](const auto& where) {
                           return where.param == Where::slurm ? "OnSlurm" : "OnAMachine";
                         });

}  // namespace
}  // namespace sluice::sim
