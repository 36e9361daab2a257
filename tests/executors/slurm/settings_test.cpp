#include "executors/slurm/settings.h"

#include <gtest/gtest.h>

namespace sluice::executors::slurm {
namespace {

struct Parsed {
  SlurmConfig config;
  std::string errors;
};

Parsed parse(const std::string& key, const std::string& value) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("site.toml", key + " = " + value + "\n");
  const auto column = static_cast<std::uint32_t>(key.size() + 4);
  const std::vector<Setting> settings = {
      {key, value, {file, 1, column, static_cast<std::uint32_t>(value.size())}}};
  Parsed parsed;
  parsed.config = parse_slurm_settings(settings, {}, diagnostics);
  for (const auto& item : diagnostics.all())
    parsed.errors += item.message + (item.hint.empty() ? "" : " -> " + item.hint) + "\n";
  return parsed;
}

TEST(SlurmSettings, AreRead) {
  EXPECT_EQ(parse("partition", "gpu").config.partition, "gpu");
  EXPECT_EQ(parse("account", "4711").config.account, "4711");
  EXPECT_EQ(parse("nodes", "2").config.nodes, 2);
  EXPECT_TRUE(parse("requeue", "true").config.requeue);
  EXPECT_FALSE(parse("accounting", "false").config.accounting);
  EXPECT_EQ(parse("signal_lead", "5 min").config.signal_lead_s, 300);
  EXPECT_EQ(parse("max_in_flight", "500").config.max_in_flight, 500U);
  EXPECT_EQ(parse("array_min", "2").config.array_min, 2U);
  EXPECT_EQ(parse("prologue", R"(["module purge", "module load cuda"])").config.prologue,
            (std::vector<std::string>{"module purge", "module load cuda"}));
  EXPECT_EQ(parse("prologue", "source /etc/profile").config.prologue,
            (std::vector<std::string>{"source /etc/profile"}));
  EXPECT_EQ(parse("mpi", "srun --mpi=pmix").config.launcher,
            (std::vector<std::string>{"srun", "--mpi=pmix"}));
  EXPECT_EQ(parse("mpi", R"(["mpiexec", "-n", "{ranks}"])").config.launcher,
            (std::vector<std::string>{"mpiexec", "-n", "{ranks}"}));
  EXPECT_TRUE(parse("mpi", "mpirun").config.launcher.empty()) << "the runner's own choice";
  const auto poll = parse("poll", R"(["5 s", "2 min"])");
  EXPECT_EQ(poll.errors, "");
  EXPECT_EQ(poll.config.poll_min_s, 5);
  EXPECT_EQ(poll.config.poll_max_s, 120);
}

TEST(SlurmSettings, ATypoIsExplained) {
  EXPECT_EQ(parse("partion", "gpu").errors,
            "a Slurm executor has no setting 'partion' -> did you mean 'partition'?\n");
}

TEST(SlurmSettings, WrongValuesSayWhatIsExpected) {
  EXPECT_EQ(parse("nodes", "0").errors, "'nodes' is a number of nodes, not '0'\n");
  EXPECT_EQ(parse("requeue", "maybe").errors, "'requeue' is true or false, not 'maybe'\n");
  EXPECT_EQ(parse("array_min", "1").errors, "'array_min' is a whole number of at least 2, not '1'\n");
  EXPECT_EQ(parse("absence_deadline", "0 s").errors,
            "'absence_deadline' is a time from 1 s to 1 d 0 h, not '0 s'\n");
  EXPECT_EQ(parse("poll", R"(["60 s", "2 s"])").errors,
            "'poll' is the shorter time first, not '[\"60 s\", \"2 s\"]'\n");
  EXPECT_EQ(parse("gpu_flag", "--gres=gpu:1").errors,
            "'gpu_flag' does not say where the number goes -> write {gpus} there: gpu_flag = "
            "\"--gres=gpu:a100:{gpus}\"\n");
  EXPECT_EQ(parse("commands", "bin").errors, "'commands' is the folder of sbatch, as an absolute path\n");
}

TEST(SlurmSettings, FlagsThatSluiceManagesAreRefusedInEverySpelling) {
  for (const char* flag : {"--array=0-3",
                           "-a",
                           "-t60",
                           "--time=1",
                           "-J",
                           "--job-name=x",
                           "--comment=x",
                           "--wrap=true",
                           "-o/dev/null",
                           "--outp=x",
                           "--mem=3",
                           "--export=NONE",
                           "-M",
                           "--clusters=all",
                           "--wait",
                           "-p",
                           "--gpus=1",
                           "-G2",
                           "--nodes=3",
                           "--no-requeue",
                           "--signal=TERM@9",
                           "-D/tmp"})
    EXPECT_NE(refusal_of_flag(flag), "") << flag;
  for (const char* flag : {"--licenses=x", "--mail-type=END", "--gres=nvme:1", "--exclusive", "-L", "--hold",
                           "--begin=now+1", "--dependency=singleton", "--nice=10", "--switches=1"})
    EXPECT_EQ(refusal_of_flag(flag), "") << flag;
}

TEST(SlurmSettings, ExtraFlagsAreOneTextEach) {
  EXPECT_EQ(parse("extra", R"(["--licenses=ansys:1", "-L", "x"])").errors, "");
  EXPECT_EQ(parse("extra", R"(["--mail-type END"])").errors,
            "'--mail-type END' in 'extra' holds a blank -> one text for each flag: nothing here is split by "
            "a shell\n");
  EXPECT_EQ(parse("extra", R"(["fast"])").errors,
            "'fast' in 'extra' is no flag of sbatch -> one text for each flag: extra = [\"--mail-type=END\", "
            "\"--licenses=ansys\"]\n");
  EXPECT_EQ(parse("extra", R"(["--mail-type=END", "--partition=x"])").errors,
            "'--partition=x' can't stand in 'extra' -> use 'partition'\n");
}

}  // namespace
}  // namespace sluice::executors::slurm
