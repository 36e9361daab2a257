// The two hello stages as whole programs: interrupted, killed, given nonsense.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "engine/base/describe_stage.h"
#include "engine/base/disk.h"
#include "engine/base/elf_section.h"
#include "engine/base/process.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::hello {
namespace {

const std::string decay = SLUICE_BIN_DIR "/sluice-hello-decay";
const std::string fit = SLUICE_BIN_DIR "/sluice-hello-fit";

class HelloTest : public testing::Test {
 protected:
  Captured run(const std::vector<std::string>& argv) { return *RealProcesses().capture(argv, 60); }
  std::string content(const std::string& path) { return RealDisk().read(path).value_or("(none)"); }
  bool exists(const std::string& path) { return RealDisk().stat(path)->exists(); }
  std::string histogram(const std::string& name, const std::vector<std::string>& flags) {
    std::vector<std::string> argv = {decay, "--muons", "200000", "--output.decays", folder / name};
    argv.insert(argv.end(), flags.begin(), flags.end());
    EXPECT_EQ(run(argv).exit_code, 0);
    return folder / name;
  }
  Captured fitted(const std::vector<std::string>& files, const std::vector<std::string>& flags = {}) {
    std::vector<std::string> argv = {fit, "--output.result", folder / "result.json", "--input.decays"};
    argv.insert(argv.end(), files.begin(), files.end());
    argv.insert(argv.end(), flags.begin(), flags.end());
    return run(argv);
  }

  tests::TemporaryFolder folder;
  RealDisk disk;
};

TEST_F(HelloTest, CarriesItsDescriptionInItsFile) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a build for sanitizers is asked";
#endif
  EXPECT_EQ(elf_section(decay, description_section), run({decay, "--describe"}).out);
}

TEST_F(HelloTest, DescribesItselfWhenItIsAskedLikeAnyScript) {
  ASSERT_TRUE(disk.write(folder / "wrapped", "#!/bin/sh\nexec " + decay + " \"$@\"\n", Sync::no));
  ASSERT_EQ(run({"/bin/chmod", "+x", folder / "wrapped"}).exit_code, 0);
  const auto asked = describe_stage(folder / "wrapped");
  ASSERT_TRUE(asked) << to_string(asked.error());
  EXPECT_EQ(*asked, *describe_stage(decay));
}

/// A run that would take minutes, caught in the middle.
class LongRun {
 public:
  LongRun(const tests::TemporaryFolder& folder, const std::string& muons)
      : child_({decay, "--muons", muons, "--output.decays", folder / "decays.csv", "--threads", "2"},
               {"SLUICE_PROGRESS=" + (folder / "progress"), "SLUICE_STATE_DIR=" + (folder / "state")}) {
    const bool under_way = tests::eventually([&] {
      const std::string lines = RealDisk().read(folder / "progress").value_or("");
      return lines.find("\"done\":0") != std::string::npos &&
             lines.rfind("\"done\":0") != lines.rfind("\"done\":");
    });
    EXPECT_TRUE(under_way) << "no progress was reported";
  }
  int stop(int signal) {
    child_.signal(signal);
    return child_.wait();
  }

 private:
  tests::ChildProcess child_;
};

std::int64_t muons_so_far(const std::string& checkpoint) {
  const auto at = checkpoint.find("# stopped: ");
  return at == std::string::npos ? -1 : std::stoll(checkpoint.substr(at + 11));
}

TEST_F(HelloTest, AnInterruptedRunGivesTheSameBytes) {
  EXPECT_EQ(LongRun(folder, "100000000000").stop(SIGUSR2), 75);
  EXPECT_FALSE(exists(folder / "decays.csv"));
  const std::int64_t done = muons_so_far(content(folder / "state/decays.csv"));
  ASSERT_GT(done, 0);

  const std::string goal = std::to_string(done + 100'000);
  const std::string state = folder / "state";
  EXPECT_EQ(run({decay, "--muons", goal, "--state", state, "--output.decays", folder / "resumed"}).exit_code,
            0);
  EXPECT_EQ(run({decay, "--muons", goal, "--output.decays", folder / "straight"}).exit_code, 0);
  EXPECT_EQ(content(folder / "resumed"), content(folder / "straight"));
}

TEST_F(HelloTest, AKilledRunLeavesNoOutput) {
  EXPECT_EQ(LongRun(folder, "100000000000").stop(SIGKILL), 128 + SIGKILL);
  EXPECT_FALSE(exists(folder / "decays.csv"));
}

TEST_F(HelloTest, MoreMuonsGoOnWithTheEarlierOnes) {
  const std::string state = folder / "state";
  (void)histogram("first", {"--state", state});
  ASSERT_EQ(muons_so_far(content(state + "/decays.csv")), 200'000);
  EXPECT_EQ(run({decay, "--muons", "300000", "--state", state, "--output.decays", folder / "more"}).exit_code,
            0);
  EXPECT_EQ(run({decay, "--muons", "300000", "--output.decays", folder / "straight"}).exit_code, 0);
  EXPECT_EQ(content(folder / "more"), content(folder / "straight"));
}

TEST_F(HelloTest, AStateOfAnotherExperimentIsRefused) {
  const std::string state = folder / "state";
  (void)histogram("first", {"--state", state});
  const Captured other = run({decay, "--seed", "2", "--state", state, "--output.decays", folder / "second"});
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_EQ(other.err,
            "sluice-hello-decay: " + state +
                ": the state folder belongs to another experiment (absorber, seed, gate, bins or noise)\n"
                "  give each experiment a folder of its own\n"
                "sluice-hello-decay --help says more\n");
}

TEST_F(HelloTest, TheNumberOfThreadsChangesNothing) {
  const std::string one = histogram("one", {"--bins", "500", "--threads", "1"});
  EXPECT_EQ(content(one), content(histogram("many", {"--bins", "500", "--threads", "7"})));
}

TEST_F(HelloTest, TheFitAddsUpItsInputs) {
  const std::string a = histogram("a", {"--seed", "1"});
  const std::string b = histogram("b", {"--seed", "2"});
  EXPECT_EQ(fitted({a, b}, {"--output.plot", folder / "plot.svg"}).exit_code, 0);
  const std::string result = content(folder / "result.json");
  EXPECT_TRUE(result.starts_with(R"({"absorber":"carbon","muons":400000,"lifetime_us":2.1)")) << result;
  EXPECT_EQ(content(folder / "plot.svg").substr(0, 4), "<svg");
}

TEST_F(HelloTest, WrongFilesAreBadData) {
  const std::string a = histogram("a", {});
  const std::string iron = histogram("iron", {"--absorber", "iron", "--seed", "2"});
  std::ofstream(folder / "torn.csv") << content(a).substr(0, 200);

  Captured result = fitted({folder / "torn.csv"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(result.err.substr(0, result.err.find('\n')).substr(0, 18 + folder.path().size() + 10),
            "sluice-hello-fit: " + (folder / "torn.csv") + ":");

  result = fitted({a, iron});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(result.err, "sluice-hello-fit: " + iron +
                            ": this histogram has another absorber, gate, bins or noise than the first one\n"
                            "  fit them apart from each other\n");

  result = fitted({a, a});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(result.err, "sluice-hello-fit: " + a + ": this file has the same seed as " + a +
                            ": its muons would be counted twice\n  give each run a seed of its own\n");

  result = fitted({folder / "missing.csv"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(result.err,
            "sluice-hello-fit: --input.decays " + (folder / "missing.csv") + ": there is no such input\n");
  EXPECT_FALSE(exists(folder / "result.json"));
}

TEST_F(HelloTest, ADiskThatIsFullSaysSo) {
  const Captured result = run({decay, "--output.decays", "/proc/decays.csv"});
  EXPECT_EQ(result.exit_code, 74);
}

}  // namespace
}  // namespace sluice::hello
