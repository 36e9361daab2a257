// Starts attempts and answers for them: limits, signals, what they leave behind, and the exit record. Used by
// the long-lived runner for many attempts and by a batch job for one, so that both give the same evidence.
#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "executors/runner/child.h"
#include "executors/runner/environment.h"
#include "executors/runner/output_survey.h"
#include "executors/runner/process_table.h"

namespace sluice::executors {

class Supervisor {
 public:
  /// Called from the loop, or from within `start` for an attempt that can't even be started.
  struct Listener {
    std::function<void(const Child&)> started;
    std::function<void(const Child&)> ended;  ///< nothing of it runs any more: its slots are free
    std::function<void(ExitRecord)> finished;
    std::function<void(LogLevel, const std::string&)> log;
  };
  Supervisor(Loop& loop, Listener listener);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();

  /// Nothing: it was started (or has ended at once, with a record). Else the machine is short of something
  /// (processes, descriptors, disk), which is not the attempt's fault: in a moment it may go better.
  using Shortage = std::optional<std::string>;
  Shortage start(const AttemptSpec& spec, const JobStart& start, const std::vector<int>& gpus,
                 const TaskSurroundings& surroundings);
  /// Asks (term) or forces (kill) an attempt to end; false if it is not running here. The first cause is
  /// kept.
  bool stop(const Token& token, CancelMode mode, Cause cause, const std::string& message);
  void stop_all(CancelMode mode, Cause cause, const std::string& message);
  /// Passes a signal on to every attempt as it is.
  void forward(int signal);
  void on_child_signal();  ///< SIGCHLD

  bool idle() const { return children_.empty(); }
  const Child* find(const Token& token) const;

 private:
  std::optional<Cgroup> make_cgroup(const AttemptSpec& spec);
  Shortage fail_start(Child& child, int error_number, int exit_code, const std::string& message);
  void adopt(std::unique_ptr<Child> child);
  void program_ended(Child& child, int wait_status, const rusage& usage);
  void judge_memory(Child& child);
  void sweep(Child& child);
  void swept(Child& child);
  void finish(const Child& child, std::vector<OutputEvidence> outputs);

  void ask_to_end(Child& child);
  void kill_now(Child& child);
  void kill_again_later(Child& child);
  void signal_program(const Child& child, int signal) const;

  bool anything_left(Child& child);
  bool is_stray_of(const Child& child, const ProcessEntry& process) const;
  std::vector<ProcessEntry> remains(const Child& child) const;

  std::int64_t next_scan_ns() const;
  void arm_sampler();
  void sample();
  void scan();
  void look_at_members();
  void weigh(Child& child);

  Loop& loop_;
  Listener listener_;
  LogFiles logs_;
  OutputSurvey survey_;
  std::optional<CgroupRoot> cgroups_;
  std::string node_;
  int null_fd_ = -1;
  rlimit open_files_{};  ///< what tasks get; the runner itself takes all that is allowed
  std::uint64_t oom_kills_ = 0;
  bool strangers_ = false;  ///< an orphan has come to us that belongs to nobody we know
  unsigned cgroup_number_ = 0;
  std::optional<Loop::Timer> sampler_;
  std::int64_t last_scan_ns_ = 0;
  std::int64_t scan_cost_ns_ = 0;
  std::unordered_map<Token, std::unique_ptr<Child>> children_;
  std::unordered_map<pid_t, Child*> by_pid_;
};

}  // namespace sluice::executors
