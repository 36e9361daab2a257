// A driver's Slurm in the simulated world: the real executor's rules (SlurmCore) over the fake cluster, and
// nodes that do what a runner does. Answers get lost, submissions arrive although they timed out, jobs are
// preempted and requeued, nodes die, ended jobs are soon forgotten, and the controller is away for a while.
#pragma once

#include <map>
#include <memory>

#include "executors/slurm/core.h"
#include "tests/sim/site.h"
#include "tests/sim/virtual_time.h"
#include "tests/slurm/fake/fake_slurm.h"

namespace sluice::sim {

class SlurmSite final : public Site {
 public:
  SlurmSite(VirtualTime& time, tests::MemoryDisk& disk, std::mt19937_64& random);

  std::unique_ptr<executors::Executor> open(executors::EventSink sink) override;
  void calm() override;
  std::size_t attempts() const override { return slurm_.jobs().size(); }
  std::size_t doubly_started() const override { return 0; }  // a claim decides: see Programs
  Programs& programs() override { return programs_; }
  bool may_stay_silent() const override { return true; }

 private:
  class Front;
  double now_s() const { return 1e-9 * static_cast<double>(time_.mono_ns()); }
  executors::slurm::CommandResult run(const executors::slurm::Command& command, double& takes_s);
  void live();
  void bury();
  void leave_record(const executors::AttemptSpec& spec, const std::string& job, int restart);
  void play(const tests::Effect& effect);
  void start(const tests::Effect& effect, const executors::AttemptSpec& spec);
  void end(const tests::Effect& effect, const executors::AttemptSpec& spec);

  VirtualTime& time_;
  tests::MemoryDisk& disk_;
  std::mt19937_64& random_;
  Programs programs_;
  tests::FakeSlurm slurm_;
  executors::slurm::SlurmConfig config_;
  std::map<std::string, executors::AttemptSpec> working_;  ///< by job: what its node is busy with
};

}  // namespace sluice::sim
