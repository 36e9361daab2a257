// What the scheduler wants done. Everything that must not happen before its decision is on disk (submitting,
// cancelling, moving folders) is only queued here, for after the commit.
#include <algorithm>
#include <cerrno>

#include "engine/plan/render.h"
#include "engine/run/driver.h"

namespace sluice::run {

namespace {

std::string explain(schedule::Why why, const std::string& culprit) {
  using schedule::Why;
  switch (why) {
    case Why::none:
    case Why::up_to_date:
    case Why::done: return "";
    case Why::own_failure: return "failed";
    case Why::retries_used_up: return "failed, and its retries are used up";
    case Why::no_progress: return "stopped at a checkpoint twice without getting further";
    case Why::refused: return "the executor refused it";
    case Why::publish_failed: return "its outputs could not be put in place";
    case Why::check_failed: return "its inputs could not be read";
    case Why::upstream: return "it needs " + culprit + ", which failed";
    case Why::excluded_input: return "it needs " + culprit + ", which was not selected and has no result";
    case Why::cancelled: return "cancelled";
    case Why::stopped_by_user: return "cancelled outside the engine";
    case Why::infrastructure: return "the infrastructure failed too often in a row";
  }
  return "";
}

bool is_full_disk(const Error& error) { return error.number == ENOSPC || error.number == EDQUOT; }

}  // namespace

void Driver::perform(const schedule::Check& action) {
  if (stays_lost(action.unit)) return feed(schedule::CheckFailed{action.unit});
  auto up_to_date = world_.plan.check_one(action.unit);
  if (!up_to_date) {
    world_.observer.message(MessageLevel::error,
                            world_.graph.names[action.unit] + ": " + sluice::to_string(up_to_date.error()));
    return feed(schedule::CheckFailed{action.unit});
  }
  feed(schedule::Checked{action.unit, *up_to_date});
}

// ---- submitting
// ----------------------------------------------------------------------------------------------------

void Driver::perform(const schedule::Submit& action) {
  if (!is_task(action.unit)) return perform_child_submit(action);
  Flight flight;
  executors::AttemptSpec spec;
  if (auto ready = submit_task(action, flight, spec); !ready)
    return cannot_submit(action.unit, ready.error());
  if (spec.token.empty()) return;  // an attempt of an earlier driver took its place
  world_.observer.started({action.unit, world_.graph.names[action.unit], flight.number, spec.log});
  submits_[flight.executor].push_back(std::move(spec));
  unit_of_[flight.token] = action.unit;
  flights_[action.unit] = std::move(flight);
}

Status Driver::submit_task(const schedule::Submit& action, Flight& flight, executors::AttemptSpec& spec) {
  const schedule::Unit unit = action.unit;
  const workflow::TaskGraph& graph = world_.graph;
  auto prepared = world_.plan.prepare(unit);
  if (!prepared) return std::move(prepared).error();
  if (take_kept(unit, prepared->fingerprint)) return Ok{};

  flight.number = ++attempts_[unit];
  flight.executor = executor_of(unit);
  flight.folder = world_.layout.attempt(graph.names[unit], flight.number);
  flight.fingerprint = prepared->fingerprint;
  flight.inputs = prepared->inputs;
  flight.state_id = prepared->state_id;
  flight.recipe = std::move(prepared->recipe);
  flight.submitted_ns = world_.clock.wall_ns();
  flight.token = store::make_token(run_name_, graph.names[unit], flight.number);
  if (auto made = make_attempt_folder(flight); !made) return made;
  if (auto opened = open_state(action, flight, spec); !opened) return opened;

  const auto lost = [this](workflow::TaskIndex task) { return scheduler_->is_lost(task); };
  plan::CommandLine command = plan::render(graph, unit, {world_.layout.root(), flight.folder}, lost);
  if (!command.arguments_file.empty())
    if (auto written = world_.disk.write(join_path(flight.folder, plan::arguments_file_name),
                                         command.arguments_file, Sync::no);
        !written)
      return written;
  spec.token = flight.token;
  spec.group = graph.stage(unit).name;
  spec.folder = flight.folder;
  spec.log = world_.layout.log(flight.folder);
  spec.argv = std::move(command.argv);
  spec.env.insert(spec.env.end(), command.env.begin(), command.env.end());
  spec.resources = action.resources;
  const auto& outputs = graph.stage(unit).outputs;
  for (std::uint32_t i = 0; i < outputs.size(); ++i)
    spec.outputs.push_back({outputs[i].name, plan::attempt_output(graph, unit, i)});
  if (action.avoid_last_node)
    if (const auto last = flights_.find(unit); last != flights_.end() && !last->second.node.empty())
      spec.avoid_nodes.push_back(last->second.node);

  store::NewAttempt row;
  row.task = task_id(unit);
  row.number = flight.number;
  row.executor = executor_names_[flight.executor];
  row.folder = flight.folder.substr(world_.layout.root().size() + 1);
  row.resources = action.resources;
  row.fingerprint = flight.fingerprint;
  row.inputs = flight.inputs;
  row.state_id = flight.state_folder.empty() ? Hash128{} : flight.state_id;
  if (const auto failures = user_failures_.find(unit); failures != user_failures_.end())
    row.user_failures = failures->second;
  row.submitted_ns = flight.submitted_ns;
  flight.id = transaction_.submitting(row);
  return Ok{};
}

/// The state folder survives from attempt to attempt; the fence beside it names the one attempt that may
/// write into it.
Status Driver::open_state(const schedule::Submit& action, Flight& flight, executors::AttemptSpec& spec) {
  const workflow::Stage& stage = world_.graph.stage(action.unit);
  if (stage.program.described) spec.env.emplace_back("SLUICE_PROGRESS", flight.folder + "/progress.jsonl");
  if (!stage.program.resumable && !stage.trials) return Ok{};
  flight.state_folder = world_.layout.state(world_.graph.names[action.unit], flight.state_id);
  if (action.attempt == 1 && world_.plan.fresh(action.unit)) {
    if (auto removed = world_.disk.remove_tree(flight.state_folder); !removed) return removed;
    transaction_.drop_state_marks(task_id(action.unit));
  }
  if (auto made = world_.disk.make_folders(flight.state_folder); !made) return made;
  const std::string fence = flight.state_folder + ".fence";
  if (auto written = world_.disk.write(fence, flight.token, Sync::no); !written) return written;
  if (auto before = survey(world_.disk, flight.state_folder))
    flight.state_before = std::to_string(before->signature);
  if (stage.trials) open_study(action.unit, flight.state_folder);
  spec.env.emplace_back("SLUICE_STATE_DIR", flight.state_folder);
  spec.env.emplace_back("SLUICE_FENCE", fence);
  spec.env.emplace_back("SLUICE_FENCE_TOKEN", flight.token);
  return Ok{};
}

/// A full disk stops the run and fails nothing; anything else fails the task.
void Driver::cannot_submit(schedule::Unit unit, const Error& error) {
  const bool full = is_full_disk(error);
  if (full) disk_is_full(sluice::to_string(error));
  Flight failed;
  failed.finished = executors::Finished{"", {}, {}, "", sluice::to_string(error)};
  flights_[unit] = std::move(failed);
  feed(schedule::Refused{unit, !full});
  if (full) flights_.erase(unit);
}

void Driver::perform(const schedule::CancelAttempt& action) {
  if (const auto flight = flights_.find(action.unit);
      flight != flights_.end() && !flight->second.token.empty())
    cancels_[flight->second.executor].push_back(flight->second.token);
}

void Driver::perform(const schedule::Wake& action) {
  if (!scheduler_wake_ms_ || action.at_ms < *scheduler_wake_ms_) scheduler_wake_ms_ = action.at_ms;
}

// ---- settling
// ------------------------------------------------------------------------------------------------------

void Driver::perform(const schedule::Settled& action) {
  if (!is_task(action.unit)) return settle_child(action);
  const std::string culprit = action.culprit == schedule::no_unit ? "" : unit_name(action.culprit);
  const auto found = flights_.find(action.unit);
  SettledNotice notice{action.unit, world_.graph.names[action.unit], action.state, action.why, culprit, 0, {},
                       {}};
  std::string message = explain(action.why, culprit);
  if (const auto before = lost_before_.find(action.unit);
      before != lost_before_.end() && action.why == schedule::Why::check_failed)
    message = before->second.reason;
  std::string log;
  if (found != flights_.end()) {
    const Flight& flight = found->second;
    if (flight.finished && flight.finished->record)
      notice.seconds =
          1e-9 * static_cast<double>(flight.finished->record->ended_ns - flight.finished->record->started_ns);
    if (flight.finished && !flight.finished->message.empty()) message = flight.finished->message;
    log = world_.layout.log(flight.folder);
  }
  const bool has_result =
      action.state == schedule::UnitState::succeeded || action.state == schedule::UnitState::cached;
  if (action.state != schedule::UnitState::cached)
    transaction_.settled(task_id(action.unit), schedule::to_string(action.state), has_result ? "" : message);
  if (!has_result) world_.plan.lost(action.unit);
  notice.message = message;
  notice.log = log;
  world_.observer.settled(notice);
  if (found != flights_.end()) flights_.erase(action.unit);
}

void Driver::perform(const schedule::Retrying& action) {
  const auto found = flights_.find(action.unit);
  const std::string name = unit_name(action.unit);
  std::string message;
  int number = 0;
  if (found != flights_.end()) {
    number = found->second.number;
    if (found->second.finished) message = found->second.finished->message;
  }
  const double delay_s =
      action.at_ms == 0 ? 0 : static_cast<double>(std::max<std::int64_t>(action.at_ms - now_ms(), 0)) / 1000;
  note(action.unit, "retry", std::string(run::to_string(action.outcome)) + ": " + message);
  world_.observer.retrying({name, number, action.outcome, message, delay_s});
}

void Driver::perform(const schedule::AllSettled&) { all_settled_ = true; }

}  // namespace sluice::run
