// The test cluster, and what can be done to it. By hand:
//   eval "$(tests/slurm/cluster-up build/cluster gpus=2)"
//   SLUICE_CLUSTER=build/cluster build/bin/tests/test_slurm_real
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "executors/conformance/conformance.h"
#include "executors/conformance/session.h"
#include "executors/slurm/config.h"
#include "tests/support/temporary_folder.h"

namespace sluice::tests {

class RealCluster : public testing::Test {
 protected:
  void SetUp() override;  ///< skips where there is no cluster; repairs what an earlier test has broken
  void TearDown() override;

  /// Runs a command of Slurm, and gives its output.
  static std::string slurm(const std::vector<std::string>& argv);
  static pid_t controller();
  static void repair();
  /// When the controller last wrote its jobs down; it does so every five seconds, if anything has changed.
  static std::int64_t state_saved_ns();
  /// Lines of Slurm's own list of ended jobs that contain a text: what really ran, whatever we think.
  static int ended_jobs_with(const std::string& text);

  executors::conformance::Subject subject() const;
  std::unique_ptr<executors::conformance::Session> driver();
  executors::AttemptSpec script(const std::string& name, const std::string& text) const;
  /// The Slurm job of an attempt that the driver knows.
  static std::string job_of(const executors::conformance::Session& session,
                            const executors::AttemptSpec& attempt);
  static bool wait_running(executors::conformance::Session& session, const executors::AttemptSpec& attempt);
  std::string complaints() const;

  executors::slurm::SlurmConfig config;

 private:
  std::unique_ptr<TemporaryFolder> folder_;
  mutable std::vector<std::string> complaints_;
  mutable executors::conformance::Subject subject_;
};

}  // namespace sluice::tests
