// The simulated machine that runs attempts: it outlives every driver, as runners and batch systems do. A
// "program" is a pure function of its command line and its inputs, so what a run must end with is known
// beforehand.
//
// Faults: answers come late, twice, or only when somebody asks; nodes die and leave no record; programs fail,
// end without their outputs, or stop at a checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "executors/executor.h"
#include "tests/sim/virtual_time.h"
#include "tests/support/memory_disk.h"

namespace sluice::sim {

struct FaultRates {
  double fails = 0;           ///< the program ends with exit code 1
  double node_lost = 0;       ///< it disappears: no exit record
  double forgets_output = 0;  ///< exit code 0, an output is missing
  double late = 0;            ///< an answer takes minutes
  double doubled = 0;         ///< an answer comes twice
  double silent = 0;          ///< an end is told only when the driver asks by attach or poll
  double refused = 0;         ///< a submission is refused for now
  double unreachable = 0;     ///< at a submission: the scheduler stops answering for a while
};

class Cluster {
 public:
  Cluster(VirtualTime& time, tests::MemoryDisk& disk, std::mt19937_64& random)
      : time_(time), disk_(disk), random_(random) {}

  FaultRates rates;

  /// What the driver sees; made anew for each driver, over the same cluster. It dies with its driver: answers
  /// on their way to it are lost.
  class Front final : public executors::Executor {
   public:
    Front(Cluster& cluster, executors::EventSink sink) : cluster_(cluster), sink_(std::move(sink)) {
      cluster_.front_ = this;
    }
    ~Front() override { cluster_.front_ = nullptr; }
    Result<executors::Capabilities> hello() override;
    void submit(std::span<const executors::AttemptSpec> attempts) override;
    void poll(std::span<const executors::Token> tokens) override { attach(tokens); }
    void cancel(std::span<const executors::Token> tokens, executors::CancelMode mode) override;
    void attach(std::span<const executors::Token> tokens) override;
    void shutdown(executors::ShutdownMode) override {}

   private:
    friend class Cluster;
    Cluster& cluster_;
    executors::EventSink sink_;
  };

  /// Called before each submission is taken; may throw to crash the driver in the middle of a batch.
  std::function<void()> before_submit;

  struct Job {
    executors::AttemptSpec spec;
    bool running = true;
    bool cancelled = false;
    bool told = false;
    executors::Finished end;
  };
  const std::map<executors::Token, Job>& jobs() const { return jobs_; }
  std::size_t doubly_started() const { return doubly_started_; }
  /// Successful executions by task name: more than one is lost work.
  const std::map<std::string, int>& successes() const { return successes_; }
  const std::string& broken_promise() const { return broken_promise_; }

 private:
  bool chance(double probability);
  void start(const executors::AttemptSpec& spec);
  void end(const executors::Token& token);
  executors::ExitRecord run_program(const executors::AttemptSpec& spec);
  void tell(executors::Event event);
  std::int64_t delay_ns();

  VirtualTime& time_;
  tests::MemoryDisk& disk_;
  std::mt19937_64& random_;
  Front* front_ = nullptr;
  std::map<executors::Token, Job> jobs_;
  std::map<std::string, int> successes_;
  std::size_t doubly_started_ = 0;
  std::string broken_promise_;
};

/// What the simulated program writes into one of its outputs, given its command line (paths replaced) and its
/// inputs.
std::string program_output(const std::vector<std::string>& words, const std::vector<std::string>& input_bytes,
                           const std::string& output);

}  // namespace sluice::sim
