#include "tests/sim/slurm_site.h"

#include <sstream>
#include <stdexcept>

#include "executors/attempt_files.h"
#include "executors/evidence.h"
#include "tests/slurm/fake/play_runner.h"

namespace sluice::sim {

namespace {

using executors::slurm::Command;
using executors::slurm::CommandKind;
using executors::slurm::CommandResult;

/// Of the first jobs and commands of a life; later ones have no faults, so that every life ends.
constexpr int faulty_jobs = 60;
constexpr int faulty_commands = 60;

template <typename Value>
Value one_of(std::mt19937_64& random, std::initializer_list<Value> values) {
  return values.begin()[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(random)];
}

bool chance(std::mt19937_64& random, double probability) {
  return std::uniform_real_distribution<double>(0, 1)(random) < probability;
}

std::string fate_of_a_job(std::mt19937_64& random) {
  return one_of<const char*>(
      random, {"PENDING 2, RUNNING 5 exit 0, COMPLETED", "PENDING 40, RUNNING 1 exit 0, COMPLETED",
               "PENDING 1, RUNNING 20, NODE_FAIL", "PENDING 1, RUNNING 3, PREEMPTED",
               "PENDING 1, RUNNING 4, PENDING 2 requeue reason BeginTime, RUNNING 3 exit 0, COMPLETED",
               "PENDING 3, RUNNING 2 exit 0, GONE", "PENDING 900, RUNNING 5 exit 0, COMPLETED",
               "PENDING 1, BOOT_FAIL",
               "PENDING 1, RUNNING 2, NODE_FAIL 2 passing, PENDING 5 requeue, RUNNING 2 exit 0, COMPLETED"});
}

tests::Scenario scenario_of_a_life(std::mt19937_64& random) {
  std::ostringstream text;
  text << "min_job_age " << one_of(random, {5, 30, 300}) << "\nslots " << one_of(random, {0, 2, 5}) << "\n";
  text << "max_array " << one_of(random, {3, 1001}) << "\n"
       << one_of<const char*>(random, {"accounting off\n", "accounting on\n", "accounting late 60\n"});
  text << "job *: PENDING 1, RUNNING 5 exit 0, COMPLETED\n";
  for (int job = 1; job <= faulty_jobs; ++job)
    if (chance(random, 0.4)) text << "job " << job << ": " << fate_of_a_job(random) << "\n";
  for (int call = 1; call <= faulty_commands; ++call) {
    if (chance(random, 0.2))
      text << "command sbatch " << call << ": "
           << one_of<const char*>(random,
                                  {"timeout", "timeout accept 0", "timeout accept 6", "timeout accept 45",
                                   "silent accept 0", "unreachable", "garbled accept 1", "silent"})
           << "\n";
    if (chance(random, 0.1))
      text << "command squeue " << call << ": "
           << one_of<const char*>(random, {"timeout", "unreachable", "slow 8", "silent"}) << "\n";
    if (chance(random, 0.1)) text << "command scancel " << call << ": unreachable\n";
  }
  if (chance(random, 0.2)) text << "command squeue 10-30: unreachable\ncommand sbatch 4-12: unreachable\n";
  auto scenario = tests::parse_scenario(text.str());
  if (!scenario) throw std::logic_error(to_string(scenario.error()));
  return std::move(*scenario);
}

}  // namespace

/// SlurmExecutor without processes: every turn of its loop is something that happens in virtual time.
class SlurmSite::Front final : public executors::Executor {
 public:
  Front(SlurmSite& site, executors::EventSink sink)
      : site_(site), sink_(std::move(sink)), core_(site.config_, site.disk_, site.time_, site.random_()) {}
  ~Front() override { *alive_ = false; }

  Result<executors::Capabilities> hello() override {
    executors::Capabilities capabilities;
    capabilities.name = "slurm";
    return capabilities;
  }
  void submit(std::span<const executors::AttemptSpec> attempts) override { core_.submit(attempts), soon(); }
  void poll(std::span<const executors::Token> tokens) override { core_.poll(tokens), soon(); }
  void cancel(std::span<const executors::Token> tokens, executors::CancelMode mode) override {
    core_.cancel(tokens, mode), soon();
  }
  void attach(std::span<const executors::Token> tokens) override { core_.attach(tokens), soon(); }
  void shutdown(executors::ShutdownMode mode) override { core_.shutdown(mode), soon(); }

 private:
  void later(std::int64_t delay_ns, std::function<void()> what) {
    site_.time_.after(delay_ns, [alive = alive_, what = std::move(what)] {
      if (*alive) what();
    });
  }

  void soon() {
    if (std::exchange(posted_, true)) return;
    later(0, [this] {
      posted_ = false;
      turn();
    });
  }

  void turn() {
    core_.tick();
    for (const auto& command : core_.take_commands()) {
      if (site_.before_submit) site_.before_submit();
      double takes_s = 0;
      auto result = site_.run(command, takes_s);
      later(executors::slurm::to_ns(takes_s), [this, result = std::move(result)] {
        core_.command_ended(result);
        soon();
      });
      if (site_.before_submit) site_.before_submit();
    }
    if (const auto wake = core_.wake_ns()) wake_at(*wake);
    if (auto events = core_.take_events(); !events.empty()) sink_(std::move(events));
  }

  void wake_at(std::int64_t wake_ns) {
    const std::uint64_t number = ++wake_;
    later(std::max<std::int64_t>(wake_ns - site_.time_.mono_ns(), ns_per_ms), [this, number] {
      if (number == wake_) soon();
    });
  }

  SlurmSite& site_;
  executors::EventSink sink_;
  executors::slurm::SlurmCore core_;
  bool posted_ = false;
  std::uint64_t wake_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

SlurmSite::SlurmSite(VirtualTime& time, tests::MemoryDisk& disk, std::mt19937_64& random)
    : time_(time),
      disk_(disk),
      random_(random),
      programs_(time, disk, random),
      slurm_(scenario_of_a_life(random)) {
  config_.folder = "/run/.sluice/slurm";
  config_.runner_program = "/opt/sluice/bin/sluice-runner";
  config_.array_min = 2;
  config_.requeue = true;
  live();
}

std::unique_ptr<executors::Executor> SlurmSite::open(executors::EventSink sink) {
  return std::make_unique<Front>(*this, std::move(sink));
}

void SlurmSite::calm() { programs_.fails = programs_.forgets_output = 0; }

CommandResult SlurmSite::run(const Command& command, double& takes_s) {
  std::string script;
  if (command.kind == CommandKind::submit) script = disk_.read(command.argv.back()).value_or("");
  const auto answer = slurm_.run(command.argv, script, now_s());
  CommandResult result;
  result.id = command.id;
  result.exit_code = answer.exit_code;
  result.out = answer.out;
  result.err = answer.err;
  result.timed_out = answer.takes_s > command.timeout_s;
  constexpr double usual_s = 0.02;
  takes_s = std::max(usual_s, std::min(answer.takes_s, command.timeout_s));
  return result;
}

/// The cluster goes on whether there is a driver or not.
void SlurmSite::live() {
  slurm_.advance(now_s());
  bury();
  for (const auto& effect : slurm_.take_effects()) play(effect);
  time_.after(ns_per_s / 2, [this] { live(); });
}

/// What was at work on a node that has died ends without a word.
void SlurmSite::bury() {
  for (const auto& job : slurm_.jobs()) {
    if (job.state == "RUNNING") continue;
    const auto found = working_.find(job.id());
    if (found == working_.end()) continue;
    programs_.end(found->second.token);
    // Told to end before it is requeued, a runner leaves a record, which must not count for the next start.
    if (job.state == "PENDING" && chance(random_, 0.5))
      leave_record(found->second, job.id(), job.restarts - 1);
    working_.erase(found);
  }
}

void SlurmSite::leave_record(const executors::AttemptSpec& spec, const std::string& job, int restart) {
  constexpr int term = 15;
  executors::ExitRecord record;
  record.token = spec.token;
  record.signal = term;
  record.cause = executors::Cause::preempted;
  record.job = job;
  record.restart = restart;
  disk_.put(executors::exit_path(spec.folder, {job, restart}), executors::encode_exit_file(record));
}

void SlurmSite::play(const tests::Effect& effect) {
  const std::string path = tests::spec_path_in(disk_, effect.script, effect.index);
  const auto text = disk_.read(path);
  const auto file =
      text ? executors::decode_attempt_file(*text, path) : Result<executors::AttemptFile>(text.error());
  if (!file) return slurm_.process_ended(effect.job, 1, 0, now_s());
  if (effect.kind == tests::Effect::Kind::started)
    start(effect, file->attempt);
  else
    end(effect, file->attempt);
}

void SlurmSite::start(const tests::Effect& effect, const executors::AttemptSpec& spec) {
  const auto owner = disk_.read(executors::claim_path(spec.folder));
  constexpr int exit_claimed = 76;
  const bool barred = executors::look_for_evidence(disk_, spec.folder, spec.token).barred;
  if (barred || (owner && *owner != effect.job))
    return slurm_.process_ended(effect.job, exit_claimed, 0, now_s());
  disk_.put(executors::claim_path(spec.folder), effect.job);
  programs_.begin(spec.token);
  working_[effect.job] = spec;
}

void SlurmSite::end(const tests::Effect& effect, const executors::AttemptSpec& spec) {
  const auto owner = disk_.read(executors::claim_path(spec.folder));
  if (!owner || *owner != effect.job) return;
  programs_.end(spec.token);
  if (effect.by_force) return;
  if (effect.kind == tests::Effect::Kind::told_to_end) return leave_record(spec, effect.job, effect.restart);
  executors::ExitRecord record = programs_.run(spec);
  record.job = effect.job;
  record.restart = effect.restart;
  record.node = effect.node;
  disk_.put(executors::exit_path(spec.folder, {record.job, record.restart}),
            executors::encode_exit_file(record));
}

}  // namespace sluice::sim
