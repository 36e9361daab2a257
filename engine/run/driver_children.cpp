// Attempts that running tasks ask for by files in their study folder: found, scheduled like any other, and
// answered by a job file. The study folder is the state folder of the task that asks.
#include <cerrno>
#include <cstdio>

#include "engine/plan/render.h"
#include "engine/run/driver.h"

namespace sluice::run {

namespace {

constexpr std::int64_t serve_at_once_ms = 200;   ///< somebody is likely to ask for something
constexpr std::int64_t serve_calmly_ms = 1'000;  ///< nothing has happened for a while
constexpr std::int64_t look_again_every_ms = 30'000;

std::string child_name(const std::string& owner, handoff::TrialRun id) {
  char text[64];
  std::snprintf(text, sizeof text, ".trial-%06lld.run-%04d", static_cast<long long>(id.trial), id.run);
  return owner + text;
}

executors::Resources with(executors::Resources usual, const handoff::RunResources& wanted) {
  usual.cpus = wanted.cpus.value_or(usual.cpus);
  usual.gpus = wanted.gpus.value_or(usual.gpus);
  usual.ranks = wanted.ranks.value_or(usual.ranks);
  usual.memory_bytes = wanted.memory_bytes.value_or(usual.memory_bytes);
  usual.time_s = wanted.time_s.value_or(usual.time_s);
  const int scale = wanted.scale.value_or(1);
  usual.cpus *= scale;
  usual.gpus *= scale;
  usual.ranks *= scale;
  usual.memory_bytes *= static_cast<std::uint64_t>(scale);
  return usual;
}

/// The words of the protocol (handoff/job.h) for how an attempt ended.
std::string outcome_word(schedule::Outcome outcome) {
  if (outcome == schedule::Outcome::user_failure) return "user";
  if (outcome == schedule::Outcome::stopped_by_user) return "cancelled";
  return std::string(run::to_string(outcome));
}

}  // namespace

void Driver::open_study(schedule::Unit owner, const std::string& folder) {
  auto& study = children_.studies[owner];
  if (!study) study = std::make_unique<Study>(world_.disk, folder);
  expect_children();
}

void Driver::expect_children() {
  children_.pause_ms = serve_at_once_ms;
  children_ms_ = now_ms() + serve_at_once_ms;
}

void Driver::serve_children() {
  bool anybody = false;
  for (auto& [owner, study] : children_.studies) {
    if (schedule::is_settled(scheduler_->state(owner))) continue;
    anybody = true;
    serve(owner, *study);
  }
  if (!anybody) return;
  children_ms_ = now_ms() + children_.pause_ms;
  children_.pause_ms = std::min(children_.pause_ms + children_.pause_ms / 4, serve_calmly_ms);
}

void Driver::serve(schedule::Unit owner, Study& study) {
  if (now_ms() >= study.look_again_ms) {
    study.server.look_again();
    study.look_again_ms = now_ms() + look_again_every_ms;
  }
  const handoff::News news = study.server.scan();
  for (const auto& complaint : news.complaints) world_.observer.message(MessageLevel::warning, complaint);
  for (const auto& wanted : news.wanted) ask_for_child(owner, study, wanted);
  for (const auto& id : news.cancels)
    if (const auto unit = study.units.find(id); unit != study.units.end())
      feed(schedule::ChildDropped{unit->second});
  if (!news.wanted.empty() || !news.cancels.empty()) children_.pause_ms = serve_at_once_ms;
}

void Driver::ask_for_child(schedule::Unit owner, Study& study, const handoff::Wanted& wanted) {
  const handoff::TrialRun id = wanted.request.id;
  const schedule::PolicyIndex policy = policies_.trials_of_stage[world_.graph.stage_of[owner]];
  const schedule::Unit unit = scheduler_->unit_count();
  Child child;
  child.owner = owner;
  child.name = child_name(world_.graph.names[owner], id);
  child.id = id;
  child.folder = wanted.folder;
  child.attempts = wanted.job ? wanted.job->attempt : 0;
  children_.by_unit[unit] = child;
  study.units[id] = unit;
  if (wanted.cancelled) {
    (void)study.server.record(
        {id, "", 0, handoff::JobState::ended, "cancelled", "taken back before it began", {}});
    feed(schedule::ChildAsked{owner, policy});
    return feed(schedule::ChildDropped{unit});
  }
  const auto resources = with(policies_.all[policy].resources, wanted.request.resources);
  const auto kept = wanted.job ? kept_children_.find(wanted.job->token) : kept_children_.end();
  if (kept == kept_children_.end()) return feed(schedule::ChildAsked{owner, policy, std::nullopt, resources});
  const Kept found = std::move(kept->second);
  kept_children_.erase(kept);
  children_.by_unit[unit].task = found.attempt.attempt.task;
  children_.by_unit[unit].gpus = found.attempt.attempt.resources.gpus;
  feed(schedule::ChildAsked{
      owner, policy,
      schedule::LiveAttempt{unit, found.attempt.attempt.number, found.attempt.attempt.resources,
                            found.attempt.attempt.user_failures},
      resources});
  adopt(unit, found.attempt);
  flights_.at(unit).state_folder = study.server.checkpoint(id.trial);
  if (found.finished) {
    executors::Finished finished = *found.finished;
    on_event(executor_of(unit), finished);
  }
}

void Driver::perform_child_submit(const schedule::Submit& action) {
  Child& child = children_.by_unit.at(action.unit);
  Flight flight;
  executors::AttemptSpec spec;
  if (auto ready = submit_child(action, child, flight, spec); !ready)
    return cannot_submit(action.unit, ready.error());
  world_.observer.started({action.unit, child.name, flight.number, spec.log});
  submits_[flight.executor].push_back(std::move(spec));
  unit_of_[flight.token] = action.unit;
  flights_[action.unit] = std::move(flight);
}

Status Driver::submit_child(const schedule::Submit& action, Child& child, Flight& flight,
                            executors::AttemptSpec& spec) {
  handoff::StudyServer& server = children_.studies.at(child.owner)->server;
  flight.number = ++child.attempts;
  child.gpus = action.resources.gpus;
  flight.executor = executor_of(action.unit);
  flight.folder = world_.layout.attempt(child.name, flight.number);
  flight.token = store::make_token(run_name_, child.name, flight.number);
  flight.submitted_ns = world_.clock.wall_ns();
  flight.state_folder = server.checkpoint(child.id.trial);
  if (auto made = make_attempt_folder(flight); !made) return made;
  if (auto before = survey(world_.disk, flight.state_folder))
    flight.state_before = std::to_string(before->signature);
  // The job file names the token before anybody starts: a server after a crash looks for it.
  if (auto told = server.submitting(child.id, flight.token, flight.number); !told) return told;

  const auto lost = [this](workflow::TaskIndex task) { return scheduler_->is_lost(task); };
  plan::CommandLine command =
      plan::render_trial(world_.graph, child.owner, {world_.layout.root(), flight.folder}, lost);
  if (!command.arguments_file.empty())
    if (auto written = world_.disk.write(join_path(flight.folder, plan::arguments_file_name),
                                         command.arguments_file, Sync::no);
        !written)
      return written;
  spec.token = flight.token;
  spec.group = world_.graph.stage(child.owner).name + ".trials";
  spec.folder = flight.folder;
  spec.log = world_.layout.log(flight.folder);
  spec.argv = std::move(command.argv);
  spec.argv.emplace_back("--trial");
  spec.argv.push_back(child.folder);
  spec.env = std::move(command.env);
  spec.env.emplace_back("SLUICE_PROGRESS", flight.folder + "/progress.jsonl");
  spec.env.emplace_back("SLUICE_TRIAL_RUN", std::to_string(child.id.run));
  spec.env.emplace_back("SLUICE_STATE_DIR", flight.state_folder);
  spec.env.emplace_back("SLUICE_FENCE", server.fence(child.id.trial));
  spec.env.emplace_back("SLUICE_FENCE_TOKEN", flight.token);
  spec.resources = action.resources;

  store::NewAttempt row;
  row.task = task_id(action.unit);
  row.number = flight.number;
  row.executor = executor_names_[flight.executor];
  row.folder = flight.folder.substr(world_.layout.root().size() + 1);
  row.resources = action.resources;
  row.submitted_ns = flight.submitted_ns;
  if (const auto failures = user_failures_.find(action.unit); failures != user_failures_.end())
    row.user_failures = failures->second;
  flight.id = transaction_.submitting(row);
  return Ok{};
}

void Driver::answer(schedule::Unit unit, handoff::JobState state, std::string outcome, std::string message) {
  const Child& child = children_.by_unit.at(unit);
  const auto flight = flights_.find(unit);
  handoff::Job job{child.id,           "", child.attempts, state, std::move(outcome),
                   std::move(message), {}, child.gpus};
  if (flight != flights_.end()) {
    job.token = flight->second.token;
    job.attempt = flight->second.number;
    if (state == handoff::JobState::ended && flight->second.finished && flight->second.finished->record)
      job.record = executors::to_json(*flight->second.finished->record);
  }
  const Status told = children_.studies.at(child.owner)->server.record(job);
  if (told) return;
  if (told.error().number == ENOSPC || told.error().number == EDQUOT)
    disk_is_full(sluice::to_string(told.error()));
  else
    world_.observer.message(MessageLevel::error, sluice::to_string(told.error()));
}

void Driver::settle_child(const schedule::Settled& action) {
  const auto flight = flights_.find(action.unit);
  std::string outcome = "cancelled";
  std::string message;
  if (action.state == schedule::UnitState::succeeded)
    outcome = "success";
  else if (action.state == schedule::UnitState::failed && flight != flights_.end()) {
    outcome = action.why == schedule::Why::refused ? "refused" : outcome_word(flight->second.outcome);
    if (flight->second.finished) message = flight->second.finished->message;
  }
  answer(action.unit, handoff::JobState::ended, outcome, message);
  expect_children();  // who asked for it decides now what comes next
  transaction_.settled(task_id(action.unit), schedule::to_string(action.state), message);
  if (action.state == schedule::UnitState::failed)
    world_.observer.message(MessageLevel::warning, unit_name(action.unit) + " failed: " + message);
  flights_.erase(action.unit);
}

}  // namespace sluice::run
