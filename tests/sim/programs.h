// What runs in the simulated world. A "program" is a pure function of its command line and its inputs, so
// what a run must end with is known beforehand; and nothing may run twice at once, or to success twice.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "executors/executor.h"
#include "tests/support/memory_disk.h"

namespace sluice::sim {

class Programs {
 public:
  Programs(Clock& clock, tests::MemoryDisk& disk, std::mt19937_64& random)
      : clock_(clock), disk_(disk), random_(random) {}

  double fails = 0;           ///< it ends with exit code 1
  double forgets_output = 0;  ///< exit code 0, an output is missing

  void begin(const executors::Token& token);
  void end(const executors::Token& token);  ///< whatever became of it
  /// Its whole work, done in the moment in which it ends.
  executors::ExitRecord run(const executors::AttemptSpec& spec);

  /// Successful executions by task name: more than one is lost work.
  const std::map<std::string, int>& successes() const { return successes_; }
  const std::string& broken_promise() const { return broken_promise_; }

 private:
  bool chance(double probability);

  Clock& clock_;
  tests::MemoryDisk& disk_;
  std::mt19937_64& random_;
  std::map<std::string, executors::Token> running_;  ///< by task
  std::map<std::string, int> successes_;
  std::string broken_promise_;
};

/// What the simulated program writes into one of its outputs, given its command line (paths replaced) and its
/// inputs.
std::string program_output(const std::vector<std::string>& words, const std::vector<std::string>& input_bytes,
                           const std::string& output);

}  // namespace sluice::sim
