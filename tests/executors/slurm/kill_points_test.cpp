// The driver is killed at every single point: before each command, right after each command has gone out (its
// answer is lost), and before each change on disk; with jobs queued, running, ending and forgotten. Whatever
// happens, every attempt runs exactly once and its result is reported.
#include <gtest/gtest.h>

#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

constexpr const char* quiet_cluster =
    "slots 6\nmin_job_age 30\njob *: PENDING 2, RUNNING 6 exit 0, COMPLETED";
constexpr const char* busy_cluster =
    "slots 6\nmin_job_age 30\njob *: PENDING 2, RUNNING 6 exit 0, COMPLETED\n"
    "command sbatch 1: timeout accept 20\ncommand sbatch 3: timeout\ncommand squeue 4-6: unreachable";

struct Outcome {
  bool died = false;
  std::string complaint;
};

void check(World& world, const std::vector<AttemptSpec>& attempts, Outcome& outcome) {
  if (!world.run_until_finished(4 * 3600)) outcome.complaint = "not everything has finished";
  for (const auto& attempt : attempts) {
    if (world.times_run(attempt) != 1)
      outcome.complaint += attempt.token + " ran " + std::to_string(world.times_run(attempt)) + " times; ";
    if (const auto* record = world.record(attempt); record == nullptr || record->exit_code != 0)
      outcome.complaint += attempt.token + " has no good record; ";
  }
  // Where sbatch answers or is killed with its driver, not even the queue sees anything twice.
  const bool faulty = !world.slurm.scenario().commands.empty();
  if (!faulty && world.slurm.jobs().size() != attempts.size())
    outcome.complaint += std::to_string(world.slurm.jobs().size()) + " jobs were submitted; ";
}

std::vector<AttemptSpec> workload(World& world) {
  auto attempts = world.make(10, "array");
  for (auto& single : world.make(2, "")) attempts.push_back(std::move(single));
  return attempts;
}

/// Lets the driver run until it dies, stay away for a while, and come back.
Outcome live(World& world, double away_s) {
  Outcome outcome;
  const auto attempts = workload(world);
  world.submit(attempts);
  world.run_until_finished(600);
  outcome.died = world.dead();
  if (outcome.died) {
    world.before_command = {};
    world.disk.before_change = {};
    world.run_for(away_s);
    world.restart_driver();
  }
  check(world, attempts, outcome);
  return outcome;
}

class SlurmKillPoints : public testing::TestWithParam<std::tuple<const char*, double>> {};

TEST_P(SlurmKillPoints, BeforeEachCommand) {
  const auto [scenario, away_s] = GetParam();
  for (int point = 1;; ++point) {
    World world(scenario);
    int count = 0;
    world.before_command = [&](const Command&) { return ++count != point; };
    const Outcome outcome = live(world, away_s);
    ASSERT_EQ(outcome.complaint, "") << "killed before command " << point;
    if (!outcome.died) {
      EXPECT_GT(point, 9);
      break;
    }
  }
}

TEST_P(SlurmKillPoints, AfterEachCommandHasGoneOut) {
  const auto [scenario, away_s] = GetParam();
  for (std::size_t point = 1;; ++point) {
    World world(scenario);
    const auto attempts = workload(world);
    world.submit(attempts);
    world.run_for(600, [&] { return world.commands.size() >= point; });
    const bool reached = world.commands.size() >= point;
    world.kill_driver();
    world.run_for(away_s);
    world.restart_driver();
    Outcome outcome;
    check(world, attempts, outcome);
    ASSERT_EQ(outcome.complaint, "") << "killed after command " << point;
    if (!reached) break;
  }
}

TEST_P(SlurmKillPoints, BeforeEachChangeOnDisk) {
  const auto [scenario, away_s] = GetParam();
  for (int point = 1;; ++point) {
    World world(scenario);
    int count = 0;
    world.disk.before_change = [&](const std::string&, const std::string& path) {
      const bool by_driver = path.starts_with("/run/.sluice/slurm") || path.ends_with("attempt.json");
      if (by_driver && ++count == point) throw DriverDies{};
      return 0;
    };
    const Outcome outcome = live(world, away_s);
    ASSERT_EQ(outcome.complaint, "") << "killed before change " << point;
    if (!outcome.died) {
      EXPECT_GT(point, 20);
      break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Clusters, SlurmKillPoints,
                         testing::Combine(testing::Values(quiet_cluster, busy_cluster),
                                          testing::Values(0.0, 5.0, 120.0)));

}  // namespace
}  // namespace sluice::tests
