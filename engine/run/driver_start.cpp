// Where an earlier driver left off: attempts that may still run, or ended while nobody looked, are found
// again, and none of them is started twice.
#include <algorithm>
#include <map>

#include "engine/run/driver.h"

namespace sluice::run {

namespace {

using plan::Decision;

schedule::Initial initial_of(Decision decision) {
  switch (decision) {
    case Decision::up_to_date:
    case Decision::kept: return schedule::Initial::done;
    case Decision::run: return schedule::Initial::run;
    case Decision::maybe: return schedule::Initial::check;
    case Decision::excluded: return schedule::Initial::excluded;
  }
  return schedule::Initial::check;
}

std::vector<schedule::ExecutorLimits> limits_of(const std::vector<executors::Capabilities>& capabilities) {
  std::vector<schedule::ExecutorLimits> limits;
  for (const auto& each : capabilities)
    limits.push_back({each.cpu_slots, each.gpu_slots, each.memory_bytes, each.max_in_flight});
  return limits;
}

}  // namespace

/// Attempts at an executor that this run does not use could be neither followed nor ended, and to start their
/// tasks again would do the work twice.
Status Driver::check_reachable(const std::vector<store::LiveAttempt>& live) const {
  std::map<std::string, std::vector<std::string>> elsewhere;
  for (const auto& attempt : live)
    if (!attempt.evidence && !executor_named(attempt.attempt.executor))
      elsewhere[attempt.attempt.executor].push_back(attempt.task_name);
  if (elsewhere.empty()) return Ok{};
  const auto& [name, tasks] = *elsewhere.begin();
  const std::string count =
      tasks.size() == 1 ? "an attempt goes on" : std::to_string(tasks.size()) + " attempts go on";
  return Error{count + " at '" + name + "', which this run does not use (" + tasks.front() +
                   (tasks.size() == 1 ? ")" : ", …)"),
               world_.layout.home(),
               "give the --site or --executor of the run that started them; `sluice cancel` ends them",
               ErrorKind::data};
}

/// Where an attempt of an earlier driver is: the stage may have moved meanwhile.
std::uint32_t Driver::executor_of(const store::LiveAttempt& live, schedule::Unit unit) const {
  return executor_named(live.attempt.executor).value_or(executor_of(unit));
}

std::optional<std::uint32_t> Driver::executor_named(const std::string& name) const {
  const auto found = std::find(executor_names_.begin(), executor_names_.end(), name);
  if (found == executor_names_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - executor_names_.begin());
}

Status Driver::begin_run() {
  world_.info.started_ns = world_.clock.wall_ns();
  run_name_ = transaction_.begin_run(world_.info);
  world_.plan.save(transaction_);
  commit();
  if (done()) return Error{end_message_, "", "", ErrorKind::io};
  if (retry_commit_ms_)
    return Error{"the disk of the run folder is full", world_.layout.home(),
                 "free some space, then run again", ErrorKind::io};
  return Ok{};
}

/// Everything a task reads is there already, so its fingerprint can be had.
bool Driver::inputs_settled(workflow::TaskIndex task) const {
  for (const auto group : world_.graph.inputs(task))
    for (const auto& member : world_.graph.group_members(group)) {
      if (member.task == workflow::no_task) continue;
      const Decision decision = world_.plan.decision(member.task);
      if (decision != Decision::up_to_date && decision != Decision::kept) return false;
    }
  return true;
}

void Driver::ask_for(const std::vector<executors::Token>& tokens, std::uint32_t executor) {
  world_.executors[executor]->attach(tokens);
}

void Driver::adopt(schedule::Unit unit, const store::LiveAttempt& live) {
  Flight flight;
  flight.id = live.id;
  flight.number = live.attempt.number;
  flight.token = live.token();
  flight.executor = executor_of(live, unit);
  flight.folder = join_path(world_.layout.root(), live.attempt.folder);
  const bool has_study = is_task(unit) && world_.graph.stage(unit).trials.has_value();
  flight.fingerprint = live.attempt.fingerprint;
  flight.inputs = live.attempt.inputs;
  flight.state_id = live.attempt.state_id;
  if (!flight.state_id.is_zero()) flight.state_folder = world_.layout.state(unit_name(unit), flight.state_id);
  if (has_study) open_study(unit, flight.state_folder);
  flight.submitted_ns = live.attempt.submitted_ns;
  flight.started_ns = live.started_ns;
  flight.node = live.node;
  if (live.evidence) flight.finished = executors::Finished{flight.token, live.evidence, {}, live.node, ""};
  unit_of_[flight.token] = unit;
  const std::string name = unit_name(unit);
  world_.observer.started({unit, name, flight.number, world_.layout.log(flight.folder)});
  flights_[unit] = std::move(flight);
}

/// Its result would be of no use: the workflow has changed meanwhile. It is stopped, and its end is recorded.
void Driver::abandon(const store::LiveAttempt& live, const std::string& why) {
  transaction_.event(world_.clock.wall_ns(), live.attempt.task, live.attempt.number, "abandoned", why);
  orphans_[live.token()] = live;
}

/// Decides for each attempt that an earlier driver left: go on with it, keep it in case it is what will be
/// needed, or stop it. An attempt of a task that was not selected this time is kept for a run that selects
/// it.
void Driver::sort_out_live(std::vector<store::LiveAttempt> live, schedule::Problem& problem) {
  for (auto& attempt : live) {
    if (world_.only_cancel) {
      abandon(attempt, "cancelled");
      continue;
    }
    if (attempt.owner != 0) {  // its owner asks for it again, or nobody does
      const auto owner = std::find(ids_.begin(), ids_.end(), attempt.owner);
      const bool owner_runs =
          owner != ids_.end() &&
          problem.initial[static_cast<std::size_t>(owner - ids_.begin())] != schedule::Initial::done;
      if (owner_runs)
        kept_children_[attempt.token()] = {attempt, std::nullopt};
      else
        abandon(attempt, "its owner has ended");
      continue;
    }
    const auto task = world_.graph.find_task(attempt.task_name);
    if (!task) {
      abandon(attempt, "the task is no longer in the workflow");
      continue;
    }
    attempts_[*task] = std::max(attempts_[*task], attempt.attempt.number);
    const Decision decision = world_.plan.decision(*task);
    if (decision == Decision::up_to_date || decision == Decision::kept) {
      abandon(attempt, "its task is up to date");
    } else if (world_.plan.fresh(*task)) {
      abandon(attempt, "its task is forced to start afresh");
    } else if (decision == Decision::excluded || !inputs_settled(*task)) {
      kept_unit_[attempt.token()] = *task;
      kept_.emplace(*task, Kept{std::move(attempt), std::nullopt});
    } else if (auto prepared = world_.plan.prepare(*task);
               prepared && prepared->fingerprint == attempt.attempt.fingerprint) {
      problem.initial[*task] = schedule::Initial::live;
      problem.live.push_back(
          {*task, attempt.attempt.number, attempt.attempt.resources, attempt.attempt.user_failures});
      user_failures_[*task] = attempt.attempt.user_failures;
      adopt(*task, attempt);
    } else {
      abandon(attempt, "what its task depends on has changed");
    }
  }
}

Status Driver::start() {
  auto live = world_.store.live_attempts();
  if (!live) return std::move(live).error();
  if (auto reachable = check_reachable(*live); !reachable) return reachable;
  const std::size_t tasks = world_.graph.task_count();
  schedule::Problem problem = make_problem(world_.graph, policies_, limits_of(world_.capabilities));
  problem.initial.resize(tasks);
  attempts_.resize(tasks);
  ids_.resize(tasks);
  for (workflow::TaskIndex task = 0; task < tasks; ++task) {
    problem.initial[task] =
        world_.only_cancel ? schedule::Initial::excluded : initial_of(world_.plan.decision(task));
    attempts_[task] = world_.plan.attempts(task);
    ids_[task] = world_.plan.id(task);
    if (problem.initial[task] == schedule::Initial::excluded) world_.plan.lost(task);
  }
  if (world_.one_step) {
    if (auto found = find_lost_before(); !found) return found;
    for (const auto& [unit, before] : lost_before_) problem.initial[unit] = schedule::Initial::check;
  }
  if (auto begun = begin_run(); !begun) return begun;
  sort_out_live(std::move(*live), problem);
  scheduler_ = std::make_unique<schedule::Scheduler>(std::move(problem));
  feed(schedule::TimeIs{now_ms()});
  feed(schedule::Start{});
  poll_executors();

  std::vector<std::vector<executors::Token>> ask(world_.executors.size());
  std::vector<executors::Finished> ended;  // the store has their evidence: nobody needs to be asked
  for (const auto& [unit, flight] : flights_) {
    if (flight.finished)
      ended.push_back(*flight.finished);
    else
      ask[flight.executor].push_back(flight.token);
  }
  const auto ask_by_name = [&](const store::LiveAttempt& attempt) {
    if (const auto e = executor_named(attempt.attempt.executor)) ask[*e].push_back(attempt.token());
  };
  for (const auto& [token, attempt] : orphans_) ask_by_name(attempt);
  for (const auto& [unit, kept] : kept_) ask_by_name(kept.attempt);
  for (const auto& [token, kept] : kept_children_) ask_by_name(kept.attempt);
  // Asked before anything is submitted, and asked even about nothing: an executor then knows what is wanted
  // of its past.
  for (std::uint32_t e = 0; e < ask.size(); ++e) ask_for(ask[e], e);
  for (auto& each : ended) on_event(0, each);
  turn();
  return Ok{};
}

}  // namespace sluice::run
