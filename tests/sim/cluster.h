// The simulated machine that runs attempts: it outlives every driver, as runners and batch systems do.
//
// Faults: answers come late, twice, or only when somebody asks; nodes die and leave no record; programs fail,
// end without their outputs, or stop at a checkpoint.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "executors/executor.h"
#include "tests/sim/site.h"
#include "tests/sim/virtual_time.h"
#include "tests/support/memory_disk.h"

namespace sluice::sim {

struct FaultRates {
  double node_lost = 0;    ///< it disappears: no exit record
  double late = 0;         ///< an answer takes minutes
  double doubled = 0;      ///< an answer comes twice
  double silent = 0;       ///< an end is told only when the driver asks by attach or poll
  double refused = 0;      ///< a submission is refused for now
  double unreachable = 0;  ///< at a submission: the scheduler stops answering for a while
};

class Cluster final : public Site {
 public:
  Cluster(VirtualTime& time, tests::MemoryDisk& disk, std::mt19937_64& random)
      : time_(time), random_(random), programs_(time, disk, random) {}

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

  std::unique_ptr<executors::Executor> open(executors::EventSink sink) override;
  void calm() override;
  std::size_t attempts() const override { return jobs_.size(); }
  std::size_t doubly_started() const override { return doubly_started_; }
  Programs& programs() override { return programs_; }

  struct Job {
    executors::AttemptSpec spec;
    bool running = true;
    bool cancelled = false;
    bool told = false;
    executors::Finished end;
  };

 private:
  bool chance(double probability);
  void start(const executors::AttemptSpec& spec);
  void end(const executors::Token& token);
  void tell(executors::Event event);
  std::int64_t delay_ns();

  VirtualTime& time_;
  std::mt19937_64& random_;
  Programs programs_;
  Front* front_ = nullptr;
  std::map<executors::Token, Job> jobs_;
  std::size_t doubly_started_ = 0;
};

}  // namespace sluice::sim
