// A driver's executor, its disk and a cluster, in one virtual time. Commands take some milliseconds, or as
// long as the scenario says; nodes do what a runner would do; a driver can die at any moment and come back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "executors/executor.h"
#include "executors/slurm/core.h"
#include "tests/slurm/fake/fake_slurm.h"
#include "tests/support/memory_disk.h"

namespace sluice::tests {

class VirtualClock final : public Clock {
 public:
  std::int64_t wall_ns() override { return wall_start_ns + now_ns_; }
  /// No two readings are the same, as on a real machine.
  std::int64_t mono_ns() override { return ++now_ns_; }
  void set_s(double seconds) { now_ns_ = static_cast<std::int64_t>(seconds * 1e9); }

 private:
  static constexpr std::int64_t wall_start_ns = 1'700'000'000LL * 1'000'000'000LL;
  std::int64_t now_ns_ = 0;
};

/// Thrown by a test out of a disk operation: kill -9 between two side effects.
struct DriverDies {};

class World {
 public:
  explicit World(const std::string& scenario, executors::slurm::SlurmConfig config = {});

  // The engine's side. It attaches and submits again as the real one does.
  std::vector<executors::AttemptSpec> make(std::size_t count, const std::string& group = "train");
  void submit(const std::vector<executors::AttemptSpec>& attempts);
  void cancel(const std::vector<executors::AttemptSpec>& attempts, executors::CancelMode mode);
  void kill_driver();     ///< kill -9: answers of commands under way are lost, the commands go on
  void restart_driver();  ///< attaches everything that has not finished

  /// Lets time pass; ends early when `done` says so.
  void run_for(double seconds, const std::function<bool()>& done = {});
  /// Time passes in which nothing happens.
  void clock_jump(double seconds) { clock.set_s(now_s_ += seconds); }
  bool run_until_finished(double limit_s = 3600);

  // What came of it.
  const executors::Finished* finished(const executors::AttemptSpec& attempt) const;
  const executors::ExitRecord* record(const executors::AttemptSpec& attempt) const;
  std::optional<executors::StateChanged> state(const executors::AttemptSpec& attempt) const;
  std::string handle(const executors::AttemptSpec& attempt) const;
  long calls(const std::string& command) const;
  std::size_t count_finished(const executors::AttemptSpec& attempt) const;
  /// How often a runner began to work on it: more than once for the same start is a lost GPU-hour.
  int times_run(const executors::AttemptSpec& attempt) const;
  std::string all_text() const;  ///< log messages, rejections, unreachable: one a line
  template <typename Kind>
  std::size_t count() const {
    std::size_t number = 0;
    for (const auto& event : events) number += std::holds_alternative<Kind>(event) ? 1 : 0;
    return number;
  }

  std::size_t most_at_once(executors::slurm::CommandKind kind) const;
  double now_s() const { return now_s_; }
  bool dead() const { return core == nullptr; }

  VirtualClock clock;
  MemoryDisk disk;
  FakeSlurm slurm;
  executors::slurm::SlurmConfig config;
  std::unique_ptr<executors::slurm::SlurmCore> core;
  std::vector<executors::Event> events;
  std::vector<executors::slurm::Command> commands;  ///< all that were started
  /// For what is absent the engine begins the next attempt, under another token, as the test says. Else: the
  /// same again.
  bool absent_is_given_up = false;
  /// Asked before each command starts; false: the driver dies there.
  std::function<bool(const executors::slurm::Command&)> before_command;

 private:
  struct Answer {
    double at_s = 0;
    executors::slurm::CommandKind kind = executors::slurm::CommandKind::queue;
    executors::slurm::CommandResult result;
  };
  void step();
  void drive();
  void start_commands();
  void deliver_answers();
  void take_events();
  void on_event(const executors::Event& event);
  void play_nodes();
  double next_s() const;

  double now_s_ = 0;
  std::vector<Answer> answers_;
  std::map<executors::Token, executors::AttemptSpec> unfinished_;
  std::vector<executors::Token> ask_again_;
  double ask_again_s_ = 0;
  std::map<std::string, int> started_;  ///< by claim folder
  std::map<executors::slurm::CommandKind, std::size_t> most_at_once_;
  std::size_t made_ = 0;
};

}  // namespace sluice::tests
