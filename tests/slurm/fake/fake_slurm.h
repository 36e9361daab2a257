// A model of a Slurm cluster in virtual time: commands in, output and exit codes out, jobs that go through
// the states of a scenario. It starts nothing and reads no clock, so a test can live through a week of it in
// a millisecond, and the simulator can put it under a driver. What the nodes do (a runner that claims and
// records) comes out as effects, which the owner carries out or imitates.
//
// Modelled on what a real 22.05 was seen to do; the differences that matter are checked against it in
// tests/slurm.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/slurm/fake/scenario.h"

namespace sluice::tests {

struct FakeAnswer {
  int exit_code = 0;
  std::string out;
  std::string err;
  double takes_s = 0;  ///< until the command ends; very long: never
};

/// One job, or one member of an array.
struct FakeJob {
  long base = 0;    ///< the job id that sbatch gave
  long index = -1;  ///< in its array
  long number = 0;  ///< how many were submitted before it, from 1
  std::string name;
  std::string comment;
  std::string script;  ///< text
  std::string output;
  std::string folder;
  std::vector<Step> steps;
  std::size_t at = 0;
  double since_s = 0;
  double appears_s = 0;
  int restarts = 0;
  std::string node;
  std::string state;
  std::string reason;
  std::string by;
  int raw_exit = 0;
  bool over = false;
  double over_s = 0;
  bool told_to_end = false;
  bool forgotten = false;  ///< squeue no longer lists it; accounting does

  std::string id() const {
    return index < 0 ? std::to_string(base) : std::to_string(base) + "_" + std::to_string(index);
  }
};

/// Something that happened on a node.
struct Effect {
  enum class Kind { started, ended, told_to_end } kind = Kind::started;
  std::string job;
  long index = -1;
  int restart = 0;
  int exit_code = 0;
  std::string node;
  std::string script;
  std::string output;
  bool by_force = false;
};

class FakeSlurm {
 public:
  explicit FakeSlurm(Scenario scenario) : scenario_(std::move(scenario)) {}

  /// argv[0] may be a path; its last part says which command it is. `script` is the text of sbatch's script
  /// file.
  FakeAnswer run(const std::vector<std::string>& argv, const std::string& script, double now_s);
  void advance(double now_s);
  std::vector<Effect> take_effects() { return std::exchange(effects_, {}); }

  // For the program that runs scripts: a job's process has ended.
  void process_ended(const std::string& job, int exit_code, int signal, double now_s);

  // What a person or a machine does to the cluster.
  void fail_node(const std::string& node, bool requeue, double now_s);
  void set_unreachable(bool unreachable) { unreachable_ = unreachable; }

  const std::map<std::string, long>& calls() const { return calls_; }
  const std::vector<FakeJob>& jobs() const { return jobs_; }
  const Scenario& scenario() const { return scenario_; }

  std::map<std::string, long>& mutable_calls() { return calls_; }

  /// What the program keeps between two commands.
  struct State {
    std::vector<FakeJob> jobs;
    std::map<std::string, long> calls;
    std::vector<Effect> effects;
    long next_id = 100;
    long submitted = 0;
  };
  State state() const { return {jobs_, calls_, effects_, next_id_, submitted_}; }
  void restore(State state);

 private:
  FakeAnswer answer(const std::string& command, const std::vector<std::string>& argv,
                    const std::string& script, double now_s, double accept_after_s);
  FakeAnswer sbatch(const std::vector<std::string>& argv, const std::string& script, double now_s,
                    double after_s);
  FakeAnswer squeue(const std::vector<std::string>& argv) const;
  FakeAnswer sacct(const std::vector<std::string>& argv, double now_s) const;
  FakeAnswer scancel(const std::vector<std::string>& argv, double now_s);
  FakeAnswer config() const;

  const std::vector<Step>& steps_for(const FakeJob& job) const;
  void enter(FakeJob& job, double now_s);
  void leave_running(FakeJob& job);
  void cancel(FakeJob& job, const std::string& by, bool by_force, double now_s);
  double next_change_s(const FakeJob& job) const;
  bool slot_free() const;
  void forget(double now_s);
  Effect effect(Effect::Kind kind, const FakeJob& job) const;

  Scenario scenario_;
  std::vector<FakeJob> jobs_;
  std::map<std::string, long> calls_;
  std::vector<Effect> effects_;
  long next_id_ = 100;
  long submitted_ = 0;
  bool unreachable_ = false;
  double reached_s_ = 0;  ///< until when everything has happened
};

}  // namespace sluice::tests
