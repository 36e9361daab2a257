// The trial and the sweep of docs/trial-protocol.md, run as they stand there, against the real server.
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "engine/base/disk.h"
#include "engine/handoff/report.h"
#include "engine/handoff/study_server.h"
#include "tests/support/child_process.h"
#include "tests/support/protocol_page.h"
#include "tests/support/temporary_folder.h"

namespace sluice::handoff {
namespace {

class PythonClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder / "trial.py") << tests::protocol_block("python", 0);
    std::ofstream(folder / "sweep.py") << tests::protocol_block("python", 1);
    ASSERT_TRUE(disk.make_folders(study).ok());
    server.emplace(disk, study);
  }
  std::vector<std::string> shell(const std::string& command) { return {"/bin/sh", "-c", "exec " + command}; }
  std::vector<std::string> environment(std::vector<std::string> more) {
    more.push_back("PATH=/usr/local/bin:/usr/bin:/bin");
    return more;
  }
  /// What the engine does, one run at a time.
  void serve(const Wanted& wanted) {
    const TrialRun id = wanted.request.id;
    const std::string token = "t" + std::to_string(++served);
    ASSERT_TRUE(server->submitting(id, token, 1).ok());
    tests::ChildProcess trial(
        shell("python3 " + (folder / "trial.py") + " --trial " + wanted.folder),
        environment({"SLUICE_TRIAL_RUN=" + std::to_string(id.run),
                     "SLUICE_STATE_DIR=" + server->checkpoint(id.trial),
                     "SLUICE_FENCE=" + server->fence(id.trial), "SLUICE_FENCE_TOKEN=" + token}));
    Job job{id, token, 1, JobState::ended, "", "", {}};
    job.outcome = trial.wait() == 0 ? "success" : "user";
    ASSERT_TRUE(server->record(job).ok());
  }
  bool swept() {
    const std::string said = disk.read(folder / "said").value_or("");
    return said.find("best:") != std::string::npos;
  }

  tests::TemporaryFolder folder;
  const std::string study = folder / "study";
  RealDisk disk;
  std::optional<StudyServer> server;
  int served = 0;
};

TEST_F(PythonClientsTest, SweepTrialsAndRestartsOnBothSides) {
  const auto start_sweep = [&] {
    return std::make_unique<tests::ChildProcess>(
        shell("python3 " + (folder / "sweep.py") + " > " + (folder / "said")),
        environment({"SLUICE_STATE_DIR=" + study}));
  };
  auto sweep = start_sweep();
  std::string complaints;
  const bool ended = tests::eventually([&] {
    const News news = server->scan();
    for (const std::string& complaint : news.complaints) complaints += complaint + "\n";
    for (const Wanted& wanted : news.wanted) {
      serve(wanted);
      if (served == 5) {  // killed, and started again
        sweep.reset();
        sweep = start_sweep();
      }
      if (served == 10) server.emplace(disk, study);  // the engine, too
      if (served == 10) break;
    }
    return swept();
  });
  EXPECT_TRUE(ended);
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(sweep->wait(), 0);
  EXPECT_EQ(*disk.read(folder / "said"), "best: 8\n");
  EXPECT_EQ(served, 9 + 3 + 1);

  const auto status = read_status(disk, study + "/" + trial_folder(8), {8, 3});
  ASSERT_TRUE(status.ok()) << to_string(status.error());
  EXPECT_EQ(status->step, 27);
  MeasurementReader reader(study + "/" + trial_folder(8) + "/" + metrics_file(3));
  EXPECT_EQ(reader.read(disk)->size(), 18U);  // epochs 10 to 27
  EXPECT_EQ(reader.damaged(), 0);
}

}  // namespace
}  // namespace sluice::handoff
