// How jobs live and die. The commands are in fake_commands.cpp.
#include "tests/slurm/fake/fake_slurm.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice::tests {

namespace {

constexpr double never_s = std::numeric_limits<double>::max();

bool is_end(const std::string& state) {
  for (const char* end :
       {"COMPLETED", "FAILED", "TIMEOUT", "OUT_OF_MEMORY", "CANCELLED", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL",
        "LAUNCH_FAILED", "RECONFIG_FAIL", "REVOKED", "DEADLINE", "GONE"})
    if (state == end) return true;
  return false;
}

bool runs(const std::string& state) { return state == "RUNNING"; }

}  // namespace

/// The last rule that fits; a job that no rule speaks of runs for a second and succeeds.
const std::vector<Step>& FakeSlurm::steps_for(const FakeJob& job) const {
  static const std::vector<Step> usual = *parse_steps("PENDING 1, RUNNING 1 exit 0, COMPLETED");
  const std::vector<Step>* found = &usual;
  for (const auto& rule : scenario_.jobs) {
    const bool by_number = rule.match.find_first_not_of("0123456789") == std::string::npos;
    const bool fits =
        rule.match == "*" || (by_number ? std::stol(rule.match) == job.number
                                        : job.name.find(rule.match) != std::string::npos ||
                                              job.comment.find(rule.match) != std::string::npos);
    if (fits) found = &rule.steps;
  }
  return *found;
}

Effect FakeSlurm::effect(Effect::Kind kind, const FakeJob& job) const {
  return {kind, job.id(), job.index, job.restarts, 0, job.node, job.script, job.output, false};
}

bool FakeSlurm::slot_free() const {
  if (scenario_.slots == 0) return true;
  return std::count_if(jobs_.begin(), jobs_.end(),
                       [](const auto& job) { return !job.over && runs(job.state); }) < scenario_.slots;
}

/// Begins the step that the job is at.
void FakeSlurm::enter(FakeJob& job, double now_s) {
  const Step& step = job.steps[job.at];
  job.since_s = now_s;
  job.state = step.state;
  job.reason = step.reason.empty() ? (step.state == "PENDING" ? "Priority" : "None") : step.reason;
  if (step.requeue) ++job.restarts;
  if (step.state == "PENDING") job.node.clear();
  if (runs(step.state)) {
    job.node = !step.node.empty() ? step.node : "w" + std::to_string(job.number % 4 + 1);
    effects_.push_back(effect(Effect::Kind::started, job));
  }
  if (!is_end(step.state) || step.passing) return;
  job.over = true;
  job.over_s = now_s;
  if (!step.by.empty()) job.by = step.by;
  constexpr int raw_shift = 8;
  if (step.code) job.raw_exit = *step.code << raw_shift;
}

void FakeSlurm::leave_running(FakeJob& job) {
  const Step& step = job.steps[job.at];
  if (!runs(step.state) || !step.exit) return;
  Effect ended = effect(Effect::Kind::ended, job);
  ended.exit_code = *step.exit;
  constexpr int raw_shift = 8;
  job.raw_exit = *step.exit << raw_shift;
  effects_.push_back(std::move(ended));
}

/// When the job moves on by itself. A real process ends when it ends.
double FakeSlurm::next_change_s(const FakeJob& job) const {
  if (job.over) return never_s;
  if (job.state.empty()) return job.appears_s;
  const Step& step = job.steps[job.at];
  if (scenario_.real && runs(step.state)) return never_s;
  if (job.at + 1 >= job.steps.size()) return never_s;
  if (runs(job.steps[job.at + 1].state) && !slot_free()) return never_s;
  return job.since_s + step.seconds;
}

void FakeSlurm::advance(double now_s) {
  for (;;) {
    FakeJob* next = nullptr;
    double when_s = never_s;
    for (auto& job : jobs_)
      if (const double change_s = next_change_s(job); change_s < when_s) {
        next = &job;
        when_s = change_s;
      }
    if (next == nullptr || when_s > now_s) break;
    // Who has waited for a slot begins when it becomes free.
    reached_s_ = std::max(reached_s_, when_s);
    if (!next->state.empty()) {
      leave_running(*next);
      ++next->at;
    }
    enter(*next, reached_s_);
  }
  reached_s_ = std::max(reached_s_, now_s);
  forget(now_s);
}

void FakeSlurm::forget(double now_s) {
  for (auto& job : jobs_)
    if (job.over && (job.state == "GONE" || now_s - job.over_s > scenario_.min_job_age_s))
      job.forgotten = true;
}

void FakeSlurm::cancel(FakeJob& job, const std::string& by, bool by_force, double now_s) {
  if (job.over) return;
  const bool running = runs(job.state);
  if (running) {
    Effect told = effect(Effect::Kind::told_to_end, job);
    told.by_force = by_force;
    effects_.push_back(std::move(told));
  }
  job.told_to_end = true;
  if (running && scenario_.real) return;  // process_ended comes
  Step end;
  end.state = "CANCELLED";
  end.by = by;
  job.steps = {end};
  job.at = 0;
  if (running) {
    constexpr int term = 15;
    job.raw_exit = term;
  }
  enter(job, now_s);
}

void FakeSlurm::process_ended(const std::string& id, int exit_code, int signal, double now_s) {
  for (auto& job : jobs_) {
    if (job.id() != id || job.over) continue;
    constexpr int raw_shift = 8;
    job.raw_exit = signal != 0 ? signal : exit_code << raw_shift;
    Step end;
    end.state = job.told_to_end ? "CANCELLED" : exit_code == 0 && signal == 0 ? "COMPLETED" : "FAILED";
    if (end.state == "FAILED") end.reason = "NonZeroExitCode";
    job.steps = {end};
    job.at = 0;
    enter(job, now_s);
  }
}

void FakeSlurm::restore(State state) {
  jobs_ = std::move(state.jobs);
  calls_ = std::move(state.calls);
  effects_ = std::move(state.effects);
  next_id_ = state.next_id;
  submitted_ = state.submitted;
}

void FakeSlurm::fail_node(const std::string& node, bool requeue, double now_s) {
  advance(now_s);
  for (auto& job : jobs_) {
    if (job.over || job.node != node || !runs(job.state)) continue;
    if (requeue) {
      auto again = steps_for(job);
      Step wait;
      wait.state = "PENDING";
      wait.reason = "BeginTime";
      wait.seconds = 2;
      wait.requeue = true;
      again.insert(again.begin(), wait);
      job.steps = std::move(again);
    } else {
      Step end;
      end.state = "NODE_FAIL";
      job.steps = {end};
    }
    job.at = 0;
    enter(job, now_s);
  }
}

}  // namespace sluice::tests
