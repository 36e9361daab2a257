#include "tests/slurm/real_cluster.h"

#include <cstdlib>
#include <sstream>

#include "engine/base/process.h"
#include "executors/slurm/slurm_executor.h"

namespace sluice::tests {

using namespace executors;  // NOLINT: a test's helper

namespace {

std::string cluster_folder() {
  const char* folder = std::getenv("SLUICE_CLUSTER");
  return folder == nullptr ? "" : folder;
}

}  // namespace

void RealCluster::repair() {
  RealProcesses processes;
  const auto up =
      processes.capture({SLUICE_SOURCE_DIR "/tests/slurm/cluster-up", cluster_folder(), "gpus=2"}, 120);
  ASSERT_TRUE(up) << to_string(up.error());
  ASSERT_EQ(up->exit_code, 0) << up->err;
}

void RealCluster::SetUp() {
  if (cluster_folder().empty() || slurm({"sinfo", "--version"}).empty())
    GTEST_SKIP() << "no Slurm here: apt-get install --no-install-recommends slurm-wlm munge";
  repair();
  folder_ = std::make_unique<TemporaryFolder>();
  config.folder = *folder_ / "run/.sluice/slurm";
  config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
  config.poll_min_s = 0.2;
  config.poll_max_s = 2;
  config.reconcile_s = 3;
  config.evidence_grace_s = 3;
  config.absence_deadline_s = 10;
  config.command_timeout_s = 20;
}

void RealCluster::TearDown() {
  if (folder_ == nullptr) return;
  slurm({"scancel", "--user=" + slurm({"id", "-un"})});
  for (int i = 0; i < 100 && !slurm({"squeue", "--noheader", "--format=%i"}).empty(); ++i)
    slurm({"sleep", "0.1"});
}

std::string RealCluster::slurm(const std::vector<std::string>& argv) {
  RealProcesses processes;
  const auto answer = processes.capture(argv, 60);
  if (!answer) return "";
  std::string out = answer->out;
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

pid_t RealCluster::controller() {
  const auto text = RealDisk().read(cluster_folder() + "/run/controller.process");
  return text ? static_cast<pid_t>(std::atol(text->c_str())) : 0;
}

std::int64_t RealCluster::state_saved_ns() {
  const auto stat = RealDisk().stat(cluster_folder() + "/state/job_state");
  return stat ? stat->mtime_ns : 0;
}

int RealCluster::ended_jobs_with(const std::string& text) {
  std::istringstream lines(RealDisk().read(cluster_folder() + "/log/ended.log").value_or(""));
  int count = 0;
  for (std::string line; std::getline(lines, line);) count += line.find(text) != std::string::npos ? 1 : 0;
  return count;
}

conformance::Subject RealCluster::subject() const {
  conformance::Subject subject;
  subject.work_folder = *folder_ / "work";
  subject.large_batch = 120;
  subject.patience_s = 120;
  subject.make = [wanted = config](boost::asio::io_context& loop, EventSink sink) {
    return slurm::make_slurm(loop, std::move(sink), wanted);
  };
  (void)RealDisk().make_folders(subject.work_folder);
  return subject;
}

std::unique_ptr<conformance::Session> RealCluster::driver() {
  subject_ = subject();
  return std::make_unique<conformance::Session>(subject_, conformance::Complaints(complaints_));
}

AttemptSpec RealCluster::script(const std::string& name, const std::string& text) const {
  return conformance::new_script(subject(), name, text);
}

std::string RealCluster::job_of(const conformance::Session& session, const AttemptSpec& attempt) {
  const auto* accepted = session.last<Accepted>(attempt.token);
  return accepted == nullptr ? "" : accepted->handle;
}

bool RealCluster::wait_running(conformance::Session& session, const AttemptSpec& attempt) {
  return session.wait("it runs", [&] { return conformance::exists(attempt.folder + "/begun"); });
}

std::string RealCluster::complaints() const {
  std::string text;
  for (const auto& complaint : complaints_) text += complaint + "\n";
  return text;
}

}  // namespace sluice::tests
