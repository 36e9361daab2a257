#include "executors/runner/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

namespace sluice::executors {
namespace {

bool has(const std::vector<std::string>& environment, const std::string& line) {
  return std::find(environment.begin(), environment.end(), line) != environment.end();
}

std::size_t count_of(const std::vector<std::string>& environment, const std::string& name) {
  return static_cast<std::size_t>(
      std::count_if(environment.begin(), environment.end(),
                    [&](const auto& line) { return line.starts_with(name + "="); }));
}

AttemptSpec attempt_with(Resources resources) {
  AttemptSpec attempt;
  attempt.token = "r/t/1";
  attempt.argv = {"program", "--flag"};
  attempt.resources = resources;
  return attempt;
}

TEST(TaskEnvironment, PassesOnlyWhatTheSiteNeeds) {
  ::setenv("SECRET_OF_THE_SHELL", "x", 1);
  ::setenv("PATH", "/bin", 1);
  ::setenv("LANG", "C.UTF-8", 1);
  const auto passed = pass_through();
  for (const auto& [name, value] : passed)
    EXPECT_TRUE(name == "PATH" || name == "HOME" || name == "USER" || name == "LANG" || name == "TMPDIR" ||
                name == "LD_LIBRARY_PATH")
        << name;
  EXPECT_TRUE(std::find(passed.begin(), passed.end(), std::pair<std::string, std::string>("PATH", "/bin")) !=
              passed.end());
}

TEST(TaskEnvironment, ABatchJobMayPassMore) {
  ::setenv("BATCH_JOB", "1", 1);
  ::setenv("BATCH_NODES", "2", 1);
  ::setenv("BATCHELOR", "3", 1);
  const auto passed = pass_through({"BATCH_*", "NOT_THERE"});
  const auto has_name = [&](const std::string& name) {
    return std::any_of(passed.begin(), passed.end(),
                       [&](const auto& variable) { return variable.first == name; });
  };
  EXPECT_TRUE(has_name("BATCH_JOB"));
  EXPECT_TRUE(has_name("BATCH_NODES"));
  EXPECT_FALSE(has_name("BATCHELOR"));
  EXPECT_FALSE(has_name("NOT_THERE"));
}

TEST(TaskEnvironment, CoresAreDividedOverTheRanks) {
  const TaskSurroundings none;
  const auto of = [&](int cpus, int ranks) {
    return task_environment(attempt_with({cpus, 0, 0, ranks, 0}), none, {});
  };
  EXPECT_TRUE(has(of(8, 4), "OMP_NUM_THREADS=2"));
  EXPECT_TRUE(has(of(8, 4), "SLUICE_CPUS=2"));
  EXPECT_TRUE(has(of(1, 4), "OMP_NUM_THREADS=1"));
  EXPECT_TRUE(has(of(0, 1), "OMP_NUM_THREADS=1"));
}

TEST(TaskEnvironment, TheAttemptsOwnVariablesWin) {
  auto attempt = attempt_with({4, 0, 0, 1, 0});
  attempt.env = {{"OMP_NUM_THREADS", "1"}, {"PATH", "/own"}, {"SLUICE_ATTEMPT", "forged"}};
  const auto environment = task_environment(attempt, {{{"PATH", "/site"}}, {}, {}}, {});
  EXPECT_TRUE(has(environment, "OMP_NUM_THREADS=1"));
  EXPECT_TRUE(has(environment, "PATH=/own"));
  EXPECT_EQ(count_of(environment, "PATH"), 1U);
  EXPECT_TRUE(has(environment, "SLUICE_ATTEMPT=r/t/1"))
      << "the mark finds strays: it is not the attempt's to set";
}

TEST(TaskEnvironment, GpusAreNamedAndHiddenFromThoseWhoAskedForNone) {
  const TaskSurroundings two{{}, {}, {"GPU-aa", "GPU-bb"}};
  EXPECT_TRUE(has(task_environment(attempt_with({1, 0, 2, 1, 0}), two, {0, 1}),
                  "CUDA_VISIBLE_DEVICES=GPU-aa,GPU-bb"));
  EXPECT_TRUE(has(task_environment(attempt_with({1, 0, 1, 1, 0}), two, {1}), "CUDA_VISIBLE_DEVICES=GPU-bb"));
  EXPECT_TRUE(has(task_environment(attempt_with({1, 0, 0, 1, 0}), two, {}), "CUDA_VISIBLE_DEVICES="));
  const TaskSurroundings not_ours;
  EXPECT_EQ(count_of(task_environment(attempt_with({1, 0, 0, 1, 0}), not_ours, {}), "CUDA_VISIBLE_DEVICES"),
            0U);
}

TEST(TaskArgv, HasTheLauncherInFrontOnlyForRanks) {
  const TaskSurroundings surroundings{{}, {"launch", "-n", "{ranks}", "--cores={cpus_per_rank}"}, {}};
  EXPECT_EQ(task_argv(attempt_with({8, 0, 0, 1, 0}), surroundings),
            (std::vector<std::string>{"program", "--flag"}));
  EXPECT_EQ(task_argv(attempt_with({8, 0, 0, 4, 0}), surroundings),
            (std::vector<std::string>{"launch", "-n", "4", "--cores=2", "program", "--flag"}));
}

TEST(TaskArgv, OnlyRootIsAllowedToRunAsRoot) {
  const auto launcher = default_launcher();
  const bool allowed = std::find(launcher.begin(), launcher.end(), "--allow-run-as-root") != launcher.end();
  EXPECT_EQ(allowed, ::geteuid() == 0);
}

TEST(TaskProgram, IsLookedUpInThePathTheTaskWillSee) {
  EXPECT_EQ(task_program("sh", {"HOME=/", "PATH=/nowhere:/bin"}), "/bin/sh");
  EXPECT_EQ(task_program("sh", {"PATH=/nowhere"}), "");
  EXPECT_EQ(task_program("sh", {}), "");
  EXPECT_EQ(task_program("./mine", {"PATH=/bin"}), "./mine");
}

}  // namespace
}  // namespace sluice::executors
