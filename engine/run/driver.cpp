#include "engine/run/driver.h"

#include <algorithm>

namespace sluice::run {

namespace {

constexpr std::int64_t commit_retry_ms = 5'000;
constexpr std::int64_t poll_every_ms = 60'000;
constexpr int most_vain_commits = 2;

}  // namespace

std::string_view to_string(RunEnd end) {
  switch (end) {
    case RunEnd::running: return "running";
    case RunEnd::succeeded: return "succeeded";
    case RunEnd::failed: return "failed";
    case RunEnd::stopped: return "stopped";
    case RunEnd::cancelled: return "cancelled";
    case RunEnd::disk_full: return "disk-full";
    case RunEnd::fenced_off: return "fenced-off";
    case RunEnd::displaced: return "displaced";
    case RunEnd::broken: return "broken";
  }
  return "unknown";
}

Driver::Driver(World world)
    : world_(std::move(world)),
      executor_names_(executors_used(world_.graph)),
      policies_(make_policies(world_.graph, executor_names_)),
      transaction_(world_.store),
      publisher_(world_.disk),
      submits_(world_.executors.size()),
      cancels_(world_.executors.size()),
      unreachable_(world_.executors.size()) {}

Driver::~Driver() = default;

std::int64_t Driver::now_ms() const { return world_.clock.mono_ns() / ns_per_ms; }

std::string Driver::unit_name(schedule::Unit unit) const {
  if (is_task(unit)) return world_.graph.names[unit];
  const auto child = children_.by_unit.find(unit);
  return child == children_.by_unit.end() ? "unit " + std::to_string(unit) : child->second.name;
}

std::uint32_t Driver::executor_of(schedule::Unit unit) const {
  const schedule::PolicyIndex policy =
      is_task(unit) ? world_.graph.stage_of[unit]
                    : policies_.trials_of_stage[world_.graph.stage_of[children_.by_unit.at(unit).owner]];
  return policies_.all[policy].executor;
}

store::TaskId Driver::task_id(schedule::Unit unit) {
  if (!is_task(unit)) {
    Child& child = children_.by_unit.at(unit);
    if (child.task == 0) child.task = transaction_.task(child.name, task_id(child.owner));
    return child.task;
  }
  if (ids_[unit] == 0) ids_[unit] = transaction_.task(world_.graph.names[unit]);
  return ids_[unit];
}

void Driver::note(schedule::Unit unit, std::string_view kind, std::string_view detail) {
  const auto flight = flights_.find(unit);
  const int number = flight == flights_.end() ? 0 : flight->second.number;
  transaction_.event(world_.clock.wall_ns(), unit == schedule::no_unit ? 0 : task_id(unit), number, kind,
                     detail);
}

// ---- the turn
// ------------------------------------------------------------------------------------------------------

void Driver::feed(const schedule::Event& event) { scheduler_->step(event, actions_); }

/// True when anything was performed.
bool Driver::perform_all() {
  const bool any = next_action_ < actions_.size();
  while (next_action_ < actions_.size()) {
    // A copy: performing may feed the scheduler, which appends actions.
    const schedule::Action action = actions_[next_action_++];
    std::visit([this](const auto& each) { perform(each); }, action);
  }
  actions_.clear();
  next_action_ = 0;
  return any;
}

void Driver::turn() {
  while (!done()) {
    perform_all();
    commit();
    if (done() || retry_commit_ms_) return;
    flush();
    sweep_ended();
    // Folders move only after the store knows about it; then the scheduler may have more to do.
    std::vector<schedule::Unit> moves;
    moves.swap(moves_);
    for (const schedule::Unit unit : moves) publish_outputs(unit);
    if (actions_.empty() && moves_.empty() && moves.empty()) break;
  }
  after_turn();
}

void Driver::commit() {
  const Status status = transaction_.commit();
  if (status) {
    retry_commit_ms_.reset();
    vain_commits_ = 0;
    if (world_.store.on_ballast()) disk_is_full("the run folder's disk is full");
    return;
  }
  if (store::is_fenced_off(status.error())) return lost_the_lock(status.error());
  if (store::is_disk_full(status.error())) {
    disk_is_full(status.error().what);
    retry_commit_ms_ = now_ms() + commit_retry_ms;
    // When nothing runs any more there is nothing to wait for: what ended is in the runners' journals.
    const bool anything_runs = std::any_of(flights_.begin(), flights_.end(),
                                           [](const auto& entry) { return !entry.second.finished; });
    if (!anything_runs && ++vain_commits_ > most_vain_commits) end_with_full_disk();
    return;
  }
  end_ = RunEnd::broken;
  end_message_ = sluice::to_string(status.error());
}

void Driver::flush() {
  for (std::uint32_t e = 0; e < world_.executors.size(); ++e) {
    const std::size_t batch = std::max<std::size_t>(world_.capabilities[e].max_batch, 1);
    const std::vector<executors::AttemptSpec> submits = std::exchange(submits_[e], {});
    for (std::size_t begin = 0; begin < submits.size(); begin += batch)
      world_.executors[e]->submit(std::span(submits).subspan(begin, std::min(batch, submits.size() - begin)));
    const std::vector<executors::Token> cancels = std::exchange(cancels_[e], {});
    if (!cancels.empty())
      world_.executors[e]->cancel(
          cancels, interrupts_ > 2 ? executors::CancelMode::kill : executors::CancelMode::term);
  }
}

bool Driver::only_remote_in_flight() const {
  return copying_ == 0 && std::all_of(flights_.begin(), flights_.end(), [this](const auto& entry) {
           return entry.second.finished || !is_local(entry.second.executor);
         });
}

/// Abandoned attempts must have been told to stop before the run ends; those that don't answer are left to
/// the next run.
bool Driver::wait_for_orphans() {
  // A batch system has to be looked at, and again a while later, before anything of it is certain.
  constexpr std::int64_t patience_ms = 60'000;
  if (orphans_.empty() || interrupts_ > 0) return false;
  if (!orphans_until_ms_) orphans_until_ms_ = now_ms() + patience_ms;
  return true;
}

void Driver::after_turn() {
  if (done()) return;
  if (all_settled_ && wait_for_orphans()) return;
  if (all_settled_) {
    if (disk_full_) return finish(RunEnd::disk_full, end_message_);
    if (interrupts_ >= 2 || world_.only_cancel) return finish(RunEnd::cancelled, "cancelled");
    if (interrupts_ == 1) return finish(RunEnd::stopped, "stopped");
    return finish(scheduler_->failed() ? RunEnd::failed : RunEnd::succeeded, "");
  }
  if (disk_full_ && scheduler_->in_flight() == stuck_publishes_)
    return finish(RunEnd::disk_full, end_message_);
  // Jobs of a batch system need nobody to wait for them; local attempts do, as people expect of a Ctrl-C.
  if (interrupts_ == 1 && only_remote_in_flight())
    return finish(RunEnd::stopped, "stopped; what was submitted goes on");
  if (world_.one_step) leave_when_heard();
}

void Driver::finish(RunEnd end, std::string message) {
  if (done()) return;
  for (const auto& spare : std::exchange(spare_folders_, {})) (void)world_.disk.remove_empty_folder(spare);
  world_.plan.save(transaction_);
  transaction_.end_run(to_string(end), world_.clock.wall_ns());
  const Status status = transaction_.commit();
  end_ = end;
  end_message_ = std::move(message);
  if (!status) {
    end_ = store::is_disk_full(status.error()) ? RunEnd::disk_full : RunEnd::broken;
    end_message_ = sluice::to_string(status.error());
  }
  // After a shutdown an executor may forget what it has told. What is not in the store yet must stay with it.
  const bool all_recorded = status && stuck_publishes_ == 0 && copying_ == 0 && kept_children_.empty() &&
                            std::none_of(kept_.begin(), kept_.end(),
                                         [](const auto& kept) { return kept.second.finished.has_value(); });
  if (all_recorded)
    for (auto* executor : world_.executors) executor->shutdown(executors::ShutdownMode::detach);
}

// ---- signals and timers
// --------------------------------------------------------------------------------------------

std::optional<std::int64_t> Driver::wake_at_ms() const {
  std::optional<std::int64_t> earliest;
  for (const auto& wake : {scheduler_wake_ms_, retry_commit_ms_, ask_again_ms_, children_ms_, poll_ms_,
                           orphans_until_ms_, record_starts_ms_, leave_ms_})
    if (wake && (!earliest || *wake < *earliest)) earliest = wake;
  return earliest;
}

void Driver::on_time() {
  if (done()) return;
  const std::int64_t now = now_ms();
  const auto due = [now](std::optional<std::int64_t>& wake) {
    if (!wake || *wake > now) return false;
    wake.reset();
    return true;
  };
  if (due(scheduler_wake_ms_)) feed(schedule::TimeIs{now});
  if (due(ask_again_ms_))
    for (const auto& [executor, token] : std::exchange(ask_again_, {})) ask_for({token}, executor);
  if (due(children_ms_)) serve_children();
  if (due(poll_ms_)) poll_executors();
  if (due(record_starts_ms_)) record_starts();
  if (due(leave_ms_)) return leave();
  if (due(orphans_until_ms_)) orphans_.clear();  // they don't answer: the next run looks for them again
  if (retry_commit_ms_ && *retry_commit_ms_ > now) return;
  turn();
}

/// Executors tell by themselves what happens. Should one have missed something, this makes it look again.
void Driver::poll_executors() {
  poll_ms_ = now_ms() + poll_every_ms;
  std::vector<std::vector<executors::Token>> tokens(world_.executors.size());
  for (const auto& [unit, flight] : flights_)
    if (!flight.finished) tokens[flight.executor].push_back(flight.token);
  for (std::uint32_t e = 0; e < tokens.size(); ++e)
    if (!tokens[e].empty()) world_.executors[e]->poll(tokens[e]);
}

void Driver::interrupt() {
  if (done()) return;
  ++interrupts_;
  if (retry_commit_ms_ &&
      interrupts_ >= 2) {  // the disk is full and stays so: what is known is in the runners' journals
    end_with_full_disk();
    return;
  }
  if (interrupts_ == 1) {
    feed(schedule::StopSubmitting{});
    if (!flights_.empty() && !only_remote_in_flight())
      world_.observer.message(
          MessageLevel::info,
          "stopping: waiting for what runs to end; press Ctrl-C again to cancel it (what keeps "
          "checkpoints goes on from there). `sluice run` continues later");
  } else {
    feed(schedule::CancelAll{});
    if (interrupts_ == 2)
      world_.observer.message(MessageLevel::warning, "cancelling; press Ctrl-C again to kill at once");
    if (interrupts_ > 2)
      for (const auto& [unit, flight] : flights_) cancels_[flight.executor].push_back(flight.token);
  }
  turn();
}

void Driver::detach() {
  if (done()) return;
  note(schedule::no_unit, "detached", std::to_string(scheduler_->in_flight()) + " attempts go on");
  finish(RunEnd::stopped, "detached; what runs goes on, `sluice run` finds it again");
}

void Driver::cancel_task(workflow::TaskIndex task) {
  if (done()) return;
  feed(schedule::CancelUnit{task});
  turn();
}

/// What has ended is in the runners' journals, although the store could not be told.
void Driver::end_with_full_disk() {
  end_ = RunEnd::disk_full;
  const auto ended = std::count_if(flights_.begin(), flights_.end(),
                                   [](const auto& entry) { return entry.second.finished.has_value(); });
  if (ended > 0)
    end_message_ += "\n  " + std::to_string(ended) +
                    (ended == 1 ? " attempt has ended and is" : " attempts have ended and are") +
                    " not recorded yet; the next run takes " + (ended == 1 ? "it in" : "them in");
}

void Driver::lost_the_lock(const Error& error) {
  if (done()) return;
  end_ = RunEnd::fenced_off;
  end_message_ = sluice::to_string(error);
}

void Driver::lost_the_folder(bool moved) {
  if (done()) return;
  end_ = RunEnd::displaced;
  end_message_ =
      world_.layout.home() +
      (moved
           ? ": the run folder was moved while it ran; this run stops here, what was started is left alone\n"
             "  move it only while nothing runs; `sluice run` in its new place looks for what was started"
           : ": the run folder was removed while it ran; this run stops here, what was started is cancelled\n"
             "  outputs that are there stay there; `sluice run` begins anew and makes them again");
}

/// Nothing new starts; what runs may end, and its evidence is kept by its runner until the store can be
/// written.
void Driver::disk_is_full(const std::string& detail) {
  if (disk_full_) return;
  disk_full_ = true;
  end_message_ =
      detail + "\n  free some space, then run the same command again: nothing that was finished is lost";
  world_.observer.message(MessageLevel::error, detail + "; nothing new is started");
  feed(schedule::StopSubmitting{});
}

}  // namespace sluice::run
