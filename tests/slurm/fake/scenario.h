// What a fake cluster is like and what will go wrong, as a text that reads like a story:
//
//   slots 4                     # jobs that can run at once; 0: any number
//   min_job_age 30              # seconds until an ended job is forgotten
//   max_array 1001
//   accounting off              # or: on, or: late 60
//   banner Welcome to Fake!     # a wrapper that talks
//   real                        # the program runs the jobs' scripts; otherwise a runner is imitated
//   job *: PENDING 1, RUNNING 5 exit 0, COMPLETED
//   job 3: PENDING 1, RUNNING 2 node w2, NODE_FAIL
//   job train: PENDING 1, RUNNING 3, PENDING 2 requeue reason BeginTime, RUNNING 2 exit 0, COMPLETED
//   command sbatch 2: timeout accept 30    # the second call fails, but its job appears 30 seconds later
//   command squeue 3-6: unreachable
//
// A job rule is chosen by the ordinal of the job (members of arrays count one by one), by a part of its name
// or comment, or by *; later rules win. `exit N` at the end of a RUNNING step is what the runner records;
// without it nothing is recorded, as when a node dies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::tests {

struct Step {
  std::string state;  ///< or GONE: forgotten at once
  double seconds = 0;
  std::string reason;
  std::string node;
  std::string by;           ///< "CANCELLED by 1000": what accounting says
  std::optional<int> exit;  ///< the runner ends with it and records it
  std::optional<int> code;  ///< the job's exit code, where nothing is recorded
  bool passing = false;     ///< looks like an end and is none
  bool requeue = false;     ///< begins with a higher restart count
};

struct JobRule {
  std::string match;
  std::vector<Step> steps;
};

struct CommandRule {
  std::string command;
  long first = 1;
  long last = 1;
  std::string fault;   ///< timeout, unreachable, silent, garbled, slow, or an error message in quotes
  double takes_s = 0;  ///< of a slow one: it answers as the cluster was when it began
  std::optional<double> accept_after_s;  ///< of sbatch: the job exists all the same, that much later
};

struct Scenario {
  int slots = 0;
  double min_job_age_s = 300;
  std::size_t max_array = 1001;
  std::string version = "22.05.8";
  bool accounting = false;
  double accounting_lag_s = 0;
  std::string banner;
  double kill_wait_s = 1;
  double speed = 1;   ///< of the program's clock
  bool real = false;  ///< the program runs the jobs' scripts instead of imitating them
  std::vector<JobRule> jobs;
  std::vector<CommandRule> commands;
};

Result<Scenario> parse_scenario(std::string_view text);
/// The steps of one rule: "PENDING 1, RUNNING 5 exit 0, COMPLETED".
Result<std::vector<Step>> parse_steps(std::string_view text);

}  // namespace sluice::tests
