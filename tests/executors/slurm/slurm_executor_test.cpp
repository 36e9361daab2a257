// The whole executor, with real processes: its commands talk to a fake cluster that runs the job scripts.
#include "executors/slurm/slurm_executor.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/process.h"
#include "executors/conformance/conformance.h"
#include "executors/conformance/session.h"
#include "executors/slurm/list_jobs.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors::slurm {
namespace {

/// A cluster in a folder, and commands that lead to it.
class FakeCluster {
 public:
  explicit FakeCluster(const std::string& scenario) {
    RealDisk disk;
    RealProcesses processes;
    (void)disk.make_folders(folder_ / "bin");
    (void)disk.make_folders(folder_ / "work");
    (void)disk.write(folder_ / "scenario.txt", scenario, Sync::no);
    (void)processes.capture({SLUICE_BIN_DIR "/tests/fake-slurm", "--links", folder_ / "bin"}, 10);
    ::setenv("FAKE_SLURM", folder_.path().c_str(), 1);
  }
  ~FakeCluster() {
    // The agent sees that its cluster is gone.
    ::unsetenv("FAKE_SLURM");
  }

  SlurmConfig config() const {
    SlurmConfig config;
    config.folder = folder_ / "run/.sluice/slurm";
    config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
    config.commands_folder = folder_ / "bin";
    config.poll_min_s = 0.1;
    config.poll_max_s = 1;
    config.reconcile_s = 1;
    config.evidence_grace_s = 2;
    config.absence_deadline_s = 5;
    return config;
  }

  conformance::Subject subject() const {
    conformance::Subject subject;
    subject.work_folder = folder_ / "work";
    subject.large_batch = 150;
    subject.patience_s = 300;  // a busy machine
    subject.make = [config = config()](boost::asio::io_context& loop, EventSink sink) {
      return make_slurm(loop, std::move(sink), config);
    };
    return subject;
  }

 private:
  tests::TemporaryFolder folder_;
};

class SlurmConformance : public testing::TestWithParam<std::string> {};

TEST_P(SlurmConformance, IsMetOnAFakeClusterThatRunsTheScripts) {
  const FakeCluster cluster("real\nslots 8\nkill_wait 10\njob *: PENDING 0.02, RUNNING 0, COMPLETED");
  const auto outcome = conformance::run_check(cluster.subject(), GetParam());
  for (const auto& complaint : outcome.complaints) ADD_FAILURE() << outcome.demand << ": " << complaint;
}

INSTANTIATE_TEST_SUITE_P(AllChecks, SlurmConformance, testing::ValuesIn(conformance::check_names()),
                         [](const auto& check) { return check.param; });

TEST(SlurmExecutor, AnArrayRunsItsMembersEachInItsOwnFolder) {
  const FakeCluster cluster("real\nslots 8\nkill_wait 10\njob *: PENDING 0.02, RUNNING 0, COMPLETED");
  const auto subject = cluster.subject();
  std::vector<std::string> list;
  conformance::Session session(subject, conformance::Complaints(list));
  std::vector<AttemptSpec> attempts;
  for (int i = 0; i < 20; ++i) {
    attempts.push_back(
        conformance::new_script(subject, "member", "echo number " + std::to_string(i) + " > out"));
    attempts.back().group = "members";
    attempts.back().outputs = {{"out", "out"}};
  }
  session.submit(attempts);
  ASSERT_TRUE(session.wait_finished(attempts));
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    EXPECT_EQ(conformance::read_file(attempts[i].folder + "/out"), "number " + std::to_string(i) + "\n");
    const auto handle = session.last<Accepted>(attempts[i].token)->handle;
    EXPECT_EQ(handle.substr(handle.find('_')), "_" + std::to_string(i));
    EXPECT_EQ(session.record(attempts[i].token)->job, handle) << "the runner and squeue call it the same";
    EXPECT_EQ(session.record(attempts[i].token)->outputs.at(0).content.kind, FileKind::file);
  }
  EXPECT_TRUE(list.empty());
}

TEST(SlurmExecutor, ABrokenPrologueIsToldByWhatItPrinted) {
  const FakeCluster cluster("real\njob *: PENDING 0.02, RUNNING 0, COMPLETED");
  auto subject = cluster.subject();
  subject.make = [config = cluster.config()](boost::asio::io_context& loop, EventSink sink) mutable {
    config.prologue = {"echo 'module: command not found' >&2; exit 3"};
    return make_slurm(loop, std::move(sink), config);
  };
  std::vector<std::string> list;
  conformance::Session session(subject, conformance::Complaints(list));
  const auto attempt = conformance::new_script(subject, "prologue", "true");
  session.submit({attempt});
  ASSERT_TRUE(session.wait_finished({attempt}));
  const auto* end = session.finished(attempt.token);
  EXPECT_EQ(end->verdict, Verdict::failed);
  EXPECT_NE(end->message.find("FAILED (exit code 3); it printed: module: command not found ("),
            std::string::npos)
      << end->message;
}

TEST(SlurmExecutor, ASubmissionThatTimedOutIsFoundInTheQueue) {
  const FakeCluster cluster(
      "command sbatch 1: timeout accept\nspeed 20\njob *: PENDING 1, RUNNING 5 exit 0, COMPLETED");
  const auto subject = cluster.subject();
  std::vector<std::string> list;
  conformance::Session session(subject, conformance::Complaints(list));
  const auto attempt = conformance::new_script(subject, "imitated", "true");
  session.submit({attempt});
  ASSERT_TRUE(session.wait_finished({attempt}));
  EXPECT_EQ(session.record(attempt.token)->exit_code, 0);
}

TEST(SlurmExecutor, WithoutSlurmItSaysWhatToDo) {
  boost::asio::io_context loop;
  SlurmConfig config;
  config.folder = "/tmp";
  config.commands_folder = "/nowhere";
  const auto made = make_slurm(
      loop, [](std::vector<Event>) {}, config);
  ASSERT_FALSE(made);
  EXPECT_EQ(to_string(made.error()),
            "/nowhere: there is no 'sbatch' here\n  run on a login node of the cluster, or say in "
            "[executor.slurm] where "
            "it is: commands = \"/opt/slurm/bin\"");
}

TEST(SlurmExecutor, ListsTheJobsOfAllRunsForThoseWhoLookForOrphans) {
  const FakeCluster cluster("job *: PENDING 1000, COMPLETED");
  const auto subject = cluster.subject();
  std::vector<std::string> list;
  conformance::Session session(subject, conformance::Complaints(list));
  const auto attempt = conformance::new_script(subject, "orphan", "true");
  session.submit({attempt});
  ASSERT_TRUE(session.wait("accepted", [&] { return session.last<Accepted>(attempt.token) != nullptr; }));
  RealDisk disk;
  RealProcesses processes;
  const auto jobs = list_jobs(cluster.config(), disk, processes);
  ASSERT_TRUE(jobs);
  ASSERT_EQ(jobs->size(), 1U);
  EXPECT_EQ(jobs->front().job, "100");
  EXPECT_EQ(jobs->front().state, "PENDING");
  EXPECT_EQ(jobs->front().token, attempt.token);
  EXPECT_EQ(jobs->front().run_folder + "/.sluice/slurm", cluster.config().folder);
}

}  // namespace
}  // namespace sluice::executors::slurm
