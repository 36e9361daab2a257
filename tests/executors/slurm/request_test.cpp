// What is asked of Slurm: command lines, job scripts, the line in front of sbatch.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/base/process.h"
#include "executors/slurm/commands.h"
#include "executors/slurm/job_script.h"
#include "executors/slurm/line.h"
#include "executors/slurm/words.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors::slurm {
namespace {

JobRequest request(std::size_t count = 1) {
  JobRequest request;
  request.batch = "0123456789abcdef";
  for (std::size_t i = 0; i < count; ++i) request.tokens.push_back("r1/train/" + std::to_string(i));
  request.name = "train-sluice:0123456789abcdef";
  request.script = "/run/b.sh";
  request.output = "/run/b.out";
  return request;
}

std::string line(const SlurmConfig& config, const JobRequest& wanted) {
  return joined(submit_command(config, wanted), " ");
}

TEST(SlurmSubmitCommand, OneSmallAttempt) {
  SlurmConfig config;
  config.folder = "/run";
  EXPECT_EQ(
      line(config, request()),
      "sbatch --parsable --job-name=train-sluice:0123456789abcdef --comment=sluice:0123456789abcdef "
      "r1/train/0 "
      "--chdir=/run --output=/run/b.out --error=/run/b.out --open-mode=append --export=ALL --no-requeue "
      "--signal=B:USR2@60 --nodes=1 --ntasks=1 --cpus-per-task=1 /run/b.sh");
}

TEST(SlurmSubmitCommand, EverythingASiteMaySay) {
  SlurmConfig config;
  config.folder = "/run";
  config.commands_folder = "/opt/slurm/bin";
  config.partition = "gpu";
  config.account = "proj42";
  config.qos = "long";
  config.constraint = "a100&nvlink";
  config.reservation = "friday";
  config.exclude = "n7";
  config.gpu_flag = "--gres=gpu:a100:{gpus}";
  config.extra = {"--licenses=x:1"};
  config.requeue = true;
  JobRequest wanted = request(3);
  wanted.resources = {8, 10'000'000'000, 2, 1, 5400};
  wanted.avoid_nodes = {"n3", "n4"};
  EXPECT_EQ(
      line(config, wanted),
      "/opt/slurm/bin/sbatch --parsable --job-name=train-sluice:0123456789abcdef "
      "--comment=sluice:0123456789abcdef r1/train/0 and 2 more --array=0-2 --chdir=/run --output=/run/b.out "
      "--error=/run/b.out --open-mode=append --export=ALL --requeue --signal=B:USR2@60 --nodes=1 --ntasks=1 "
      "--cpus-per-task=8 --mem=9537M --gres=gpu:a100:2 --time=90 --partition=gpu --account=proj42 --qos=long "
      "--constraint=a100&nvlink --reservation=friday --exclude=n7,n3,n4 --licenses=x:1 /run/b.sh");
}

TEST(SlurmSubmitCommand, RanksMayBeSpreadOverNodesSoMemoryIsAskedForByCpu) {
  SlurmConfig config;
  JobRequest wanted = request();
  wanted.resources = {16, 32ULL << 30U, 4, 4, 3600};
  const auto text = line(config, wanted);
  EXPECT_NE(text.find(" --ntasks=4 --cpus-per-task=4 --mem-per-cpu=2048M --gpus=4 "), std::string::npos)
      << text;
  EXPECT_EQ(text.find("--nodes"), std::string::npos);
  config.nodes = 2;
  EXPECT_NE(line(config, wanted).find(" --nodes=2 --ntasks=4 "), std::string::npos);
}

TEST(SlurmSubmitCommand, TimeAndMemoryAreRoundedUp) {
  EXPECT_EQ(minutes_for(60), 1);
  EXPECT_EQ(minutes_for(61), 2);
  EXPECT_EQ(minutes_for(1), 1);
  EXPECT_EQ(minutes_for(24 * 3600), 1440);
  EXPECT_EQ(mebibytes_for(1), 1);
  EXPECT_EQ(mebibytes_for(1024 * 1024), 1);
  EXPECT_EQ(mebibytes_for(1024 * 1024 + 1), 2);
}

TEST(SlurmSubmitCommand, AShortJobIsNotToldToStopBeforeItHasBegun) {
  // Slurm sends the signal up to a minute early; seen: five seconds after the start of a one-minute job.
  SlurmConfig config;
  const auto lead = [&](double minutes) { return signal_lead_s(config, {1, 0, 0, 1, minutes * 60}); };
  EXPECT_EQ(lead(1), 0);
  EXPECT_EQ(lead(3), 0);
  EXPECT_EQ(lead(4), 60);
  EXPECT_EQ(lead(600), 60);
  config.signal_lead_s = 600;
  EXPECT_EQ(lead(20), 300);
  EXPECT_EQ(lead(600), 600);
  config.signal_lead_s = 0;
  EXPECT_EQ(lead(600), 0);
}

TEST(SlurmCancelCommand, AsksOrForces) {
  const std::vector<std::string> jobs = {"1", "2_3"};
  EXPECT_EQ(joined(cancel_command({}, jobs, false), " "), "scancel 1 2_3");
  EXPECT_EQ(joined(cancel_command({}, jobs, true), " "), "scancel --signal=KILL --full 1 2_3");
}

TEST(SlurmJobScript, BecomesTheRunnerAndHoldsOnlyOnePath) {
  SlurmConfig config;
  config.folder = "/run";
  config.runner_program = "/opt/sluice/bin/sluice-runner";
  config.prologue = {"module load cuda/12.4"};
  EXPECT_EQ(job_script(config, request(), {"/run/a b/attempt.json", ""}),
            "#!/bin/bash\n"
            "# r1/train/0, submitted by Sluice with\n"
            "# sbatch --parsable --job-name=train-sluice:0123456789abcdef '--comment=sluice:0123456789abcdef "
            "r1/train/0' --chdir=/run --output=/run/b.out --error=/run/b.out --open-mode=append --export=ALL "
            "--no-requeue --signal=B:USR2@60 --nodes=1 --ntasks=1 --cpus-per-task=1 /run/b.sh\n"
            "module load cuda/12.4\n"
            "exec /opt/sluice/bin/sluice-runner --attempt '/run/a b/attempt.json' --job \"$SLURM_JOB_ID\" "
            "--restart \"${SLURM_RESTART_COUNT:-0}\"\n");
}

/// What bash makes of a script, with a runner that prints its arguments.
std::string run_with_bash(const std::string& script, const std::string& environment) {
  RealProcesses processes;
  const auto answer = processes.capture({"env", environment, "SLURM_JOB_ID=9", "bash", script}, 20);
  return answer ? answer->out + answer->err : to_string(answer.error());
}

TEST(SlurmJobScript, NoPathOrNameCanBreakOutOfIt) {
  tests::TemporaryFolder folder;
  RealDisk disk;
  SlurmConfig config;
  config.folder = folder.path();
  config.runner_program = folder / "it's \"the\" $(runner)";
  ASSERT_TRUE(disk.write(config.runner_program, "#!/bin/bash\nprintf '%s\\n' \"$@\"\n", Sync::no));
  RealProcesses processes;
  ASSERT_TRUE(processes.capture({"chmod", "+x", config.runner_program}, 5));
  JobRequest wanted = request();
  wanted.tokens[0] = "r1/x\n touch /tmp/sluice-escaped #'\"$(false)/1";
  const std::string nasty = folder / "it's $HOME `id` \"x\" \\ ; rm -rf *.json";
  ASSERT_TRUE(disk.write(folder / "job.sh", job_script(config, wanted, {nasty, ""}), Sync::no));
  EXPECT_EQ(run_with_bash(folder / "job.sh", "X=1"), "--attempt\n" + nasty + "\n--job\n9\n--restart\n0\n");
}

TEST(SlurmJobScript, AMemberOfAnArrayFindsItsOwnSpec) {
  tests::TemporaryFolder folder;
  RealDisk disk;
  SlurmConfig config;
  config.folder = folder.path();
  config.runner_program = "/bin/echo";
  ASSERT_TRUE(
      disk.write(folder / "the list", "/a/first.json\n/b/it's second.json\n/c/third.json\n", Sync::no));
  ASSERT_TRUE(
      disk.write(folder / "job.sh", job_script(config, request(3), {"", folder / "the list"}), Sync::no));
  RealProcesses processes;
  const auto answer =
      processes.capture({"env", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_JOB_ID=50", "SLURM_JOB_ID=52",
                         "SLURM_RESTART_COUNT=2", "bash", folder / "job.sh"},
                        20);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->out, "--attempt /b/it's second.json --job 50_1 --restart 2\n");
}

TEST(SlurmJobScript, TheContainerStandsBeforeTheProgramAndGpusAreShownToIt) {
  SlurmConfig config;
  config.image = "/images/sluice.sif";
  config.image_flags = {"--bind", "/data"};
  config.launcher = {"srun", "--mpi=pmix"};
  config.pass_env = {"SCRATCH"};
  AttemptSpec attempt;
  attempt.argv = {"sluice-train", "--loss", "focal"};
  attempt.avoid_nodes = {"n1"};
  attempt.resources.gpus = 1;
  const auto file = file_for_node(config, attempt);
  EXPECT_EQ(joined(file.attempt.argv, " "),
            "apptainer exec --nv --bind /data /images/sluice.sif sluice-train --loss focal");
  EXPECT_EQ(file.launcher, config.launcher);
  EXPECT_EQ(file.pass_env,
            (std::vector<std::string>{"SCRATCH", "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
                                      "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK"}));
}

AttemptSpec member(const std::string& token, const std::string& group) {
  AttemptSpec spec;
  spec.token = token;
  spec.group = group;
  return spec;
}

std::vector<std::size_t> sizes(Line& waiting, std::size_t array_min, std::size_t array_max) {
  std::vector<std::size_t> all;
  while (!waiting.empty()) all.push_back(waiting.next(array_min, array_max).size());
  return all;
}

TEST(SlurmLine, EqualAttemptsGoTogetherInTheOrderTheyCame) {
  Line waiting;
  for (int i = 0; i < 20; ++i)
    waiting.push_back(member("a" + std::to_string(i), i % 2 == 0 ? "even" : "odd"));
  const auto first = waiting.next(8, 1000);
  ASSERT_EQ(first.size(), 10U);
  EXPECT_EQ(first[1].token, "a2");
  EXPECT_EQ(waiting.next(8, 1000).size(), 10U);
  EXPECT_TRUE(waiting.empty());
}

TEST(SlurmLine, FewGoOneByOneAndManyInPieces) {
  Line waiting;
  for (int i = 0; i < 7; ++i) waiting.push_back(member("a" + std::to_string(i), "g"));
  EXPECT_EQ(sizes(waiting, 8, 1000), (std::vector<std::size_t>(7, 1)));
  for (int i = 0; i < 25; ++i) waiting.push_back(member("b" + std::to_string(i), "g"));
  EXPECT_EQ(sizes(waiting, 8, 10), (std::vector<std::size_t>{10, 10, 1, 1, 1, 1, 1}));
}

TEST(SlurmLine, OtherGroupsAreNotHeldUpByALongOne) {
  Line waiting;
  for (int i = 0; i < 30; ++i) waiting.push_back(member("a" + std::to_string(i), "long"));
  waiting.push_back(member("b", "short"));
  EXPECT_EQ(waiting.next(8, 10).size(), 10U);
  EXPECT_EQ(waiting.next(8, 10).front().token, "b");
}

TEST(SlurmLine, WhatComesBackGoesFirstAndWhatIsRemovedIsGone) {
  Line waiting;
  waiting.push_back(member("a", "g"));
  waiting.push_back(member("b", "h"));
  waiting.push_front({member("z", "h")});
  EXPECT_TRUE(waiting.remove("a"));
  EXPECT_FALSE(waiting.remove("a"));
  EXPECT_EQ(waiting.next(8, 10).front().token, "z");
  EXPECT_EQ(waiting.next(8, 10).front().token, "b");
  EXPECT_TRUE(waiting.empty());
}

}  // namespace
}  // namespace sluice::executors::slurm
