// All nodes of a fake cluster in one process: starts the jobs' scripts, tells them to end, reports how they
// ended.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "engine/base/disk.h"
#include "tests/slurm/fake/state_file.h"

namespace sluice::tests {

namespace {

struct Running {
  std::string job;
  double kill_s = 0;  ///< when its patience ends, once it was told to end
};

void set_job_environment(const Effect& effect) {
  const std::string base = effect.job.substr(0, effect.job.find('_'));
  const auto set = [](const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); };
  set("SLURM_JOB_ID", effect.index < 0 ? base : std::to_string(std::stol(base) + effect.index + 1));
  set("SLURMD_NODENAME", effect.node);
  if (effect.restart > 0) set("SLURM_RESTART_COUNT", std::to_string(effect.restart));
  if (effect.index < 0) return;
  set("SLURM_ARRAY_JOB_ID", base);
  set("SLURM_ARRAY_TASK_ID", std::to_string(effect.index));
}

pid_t start(const std::string& folder, const Effect& effect) {
  const std::string path = folder + "/script." + effect.job;
  (void)RealDisk().write(path, effect.script, Sync::no);
  const pid_t pid = ::fork();
  ::setpgid(pid, pid);  // on both sides: whoever comes first, a signal to the group never misses it
  if (pid != 0) return pid;
  const int out = ::open(effect.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  const int null = ::open("/dev/null", O_RDONLY);
  if (out < 0) ::_exit(1);
  ::dup2(null, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  set_job_environment(effect);
  ::execl("/bin/bash", "bash", path.c_str(), nullptr);
  ::_exit(127);
}

class Agent {
 public:
  explicit Agent(std::string folder) : folder_(std::move(folder)) {}

  /// True while there is anything to do.
  bool turn() {
    Cluster cluster(folder_);
    FakeSlurm& slurm = cluster.slurm();
    now_s_ = cluster.now_s();
    slurm.advance(now_s_);
    reap(slurm);
    slurm.advance(now_s_);
    for (const auto& effect : slurm.take_effects()) {
      if (effect.kind == Effect::Kind::started) running_[start(folder_, effect)] = {effect.job, 0};
      if (effect.kind == Effect::Kind::told_to_end) tell(effect, slurm.scenario().kill_wait_s);
    }
    for (const auto& [pid, job] : running_)
      if (job.kill_s > 0 && now_s_ >= job.kill_s) ::kill(-pid, SIGKILL);
    if (!running_.empty()) return true;
    for (const auto& job : slurm.jobs())
      if (!job.over) return true;
    return false;
  }

 private:
  void tell(const Effect& effect, double kill_wait_s) {
    for (auto& [pid, job] : running_) {
      if (job.job != effect.job) continue;
      ::kill(-pid, effect.by_force ? SIGKILL : SIGTERM);
      job.kill_s = now_s_ + kill_wait_s;
    }
  }

  void reap(FakeSlurm& slurm) {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found = running_.find(pid);
      if (found == running_.end()) continue;
      slurm.process_ended(found->second.job, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                          WIFSIGNALED(status) ? WTERMSIG(status) : 0, now_s_);
      running_.erase(found);
    }
  }

  std::string folder_;
  std::map<pid_t, Running> running_;
  double now_s_ = 0;
};

}  // namespace

void run_agent(const std::string& folder) {
  const int lock = ::open((folder + "/agent.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) return;
  Agent agent(folder);
  // A job submitted while the last turn ends would wait for ever: so the agent lingers.
  constexpr int turns_of_patience = 200;
  for (int quiet = 0; quiet < turns_of_patience;) {
    quiet = agent.turn() ? 0 : quiet + 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace sluice::tests
