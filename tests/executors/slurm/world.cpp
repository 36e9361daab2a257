#include "tests/executors/slurm/world.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tests/slurm/fake/play_runner.h"

namespace sluice::tests {

using namespace executors;         // NOLINT: a test's helper
using namespace executors::slurm;  // NOLINT

namespace {

Scenario scenario_from(const std::string& text) {
  auto scenario = parse_scenario(text);
  if (!scenario) throw std::invalid_argument(to_string(scenario.error()));
  return std::move(*scenario);
}

SlurmConfig with_paths(SlurmConfig config) {
  config.folder = "/run/.sluice/slurm";
  config.runner_program = "/opt/sluice/bin/sluice-runner";
  return config;
}

constexpr double command_takes_s = 0.01;

}  // namespace

World::World(const std::string& scenario, SlurmConfig asked)
    : slurm(scenario_from(scenario)), config(with_paths(std::move(asked))) {
  disk.now_ns = [this] { return clock.wall_ns(); };
  core = std::make_unique<SlurmCore>(config, disk, clock, 1);
}

std::vector<AttemptSpec> World::make(std::size_t count, const std::string& group) {
  std::vector<AttemptSpec> attempts;
  for (std::size_t i = 0; i < count; ++i) {
    AttemptSpec attempt;
    const std::string name = group + "[trial=" + std::to_string(made_++) + "]";
    attempt.token = "r1/" + name + "/1";
    attempt.group = group;
    attempt.folder = "/run/.sluice/attempts/" + name + ".1";
    attempt.log = attempt.folder + "/log.txt";
    attempt.argv = {"sluice-train", "--name", name};
    (void)disk.make_folders(attempt.folder);
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

void World::submit(const std::vector<AttemptSpec>& attempts) {
  for (const auto& attempt : attempts) unfinished_[attempt.token] = attempt;
  if (core) core->submit(attempts);
}

void World::cancel(const std::vector<AttemptSpec>& attempts, CancelMode mode) {
  std::vector<Token> tokens;
  for (const auto& attempt : attempts) tokens.push_back(attempt.token);
  core->cancel(tokens, mode);
}

void World::kill_driver() {
  core.reset();
  answers_.clear();
  ask_again_.clear();
}

void World::restart_driver() {
  if (core) kill_driver();
  core = std::make_unique<SlurmCore>(config, disk, clock, 2);
  std::vector<Token> tokens;
  for (const auto& [token, attempt] : unfinished_) tokens.push_back(token);
  if (!tokens.empty()) core->attach(tokens);
}

double World::next_s() const {
  constexpr double longest_step_s = 0.5;  // nodes are played at least that often
  double next = now_s_ + longest_step_s;
  for (const auto& answer : answers_) next = std::min(next, answer.at_s);
  if (core)
    if (const auto wake = core->wake_ns()) next = std::min(next, static_cast<double>(*wake) * 1e-9 + 1e-6);
  return std::max(next, now_s_ + 1e-6);
}

void World::run_for(double seconds, const std::function<bool()>& done) {
  const double end_s = now_s_ + seconds;
  while (now_s_ < end_s && !(done && done())) step();
}

bool World::run_until_finished(double limit_s) {
  run_for(limit_s, [this] { return unfinished_.empty() || dead(); });
  return unfinished_.empty();
}

void World::step() {
  play_nodes();
  try {
    drive();
  } catch (const DriverDies&) {
    kill_driver();
  }
  now_s_ = next_s();
  clock.set_s(now_s_);
}

void World::drive() {
  if (core) {
    deliver_answers();
    core->tick();
    start_commands();
  }
  if (core) take_events();
}

void World::start_commands() {
  for (auto& command : core->take_commands()) {
    commands.push_back(command);
    if (before_command && !before_command(command)) return kill_driver();
    std::string script;
    if (command.kind == CommandKind::submit) script = disk.read(command.argv.back()).value_or("");
    FakeAnswer answer = slurm.run(command.argv, script, now_s_);
    CommandResult result;
    result.id = command.id;
    result.exit_code = answer.exit_code;
    result.out = std::move(answer.out);
    result.err = std::move(answer.err);
    result.timed_out = answer.takes_s > command.timeout_s;
    const double takes_s = std::max(command_takes_s, std::min(answer.takes_s, command.timeout_s));
    answers_.push_back({now_s_ + takes_s, command.kind, std::move(result)});
    const auto same = std::count_if(answers_.begin(), answers_.end(),
                                    [&](const Answer& other) { return other.kind == command.kind; });
    most_at_once_[command.kind] = std::max(most_at_once_[command.kind], static_cast<std::size_t>(same));
  }
}

void World::deliver_answers() {
  std::vector<CommandResult> due;
  std::erase_if(answers_, [&](Answer& answer) {
    if (answer.at_s > now_s_) return false;
    due.push_back(std::move(answer.result));
    return true;
  });
  for (const auto& result : due) core->command_ended(result);
}

void World::take_events() {
  for (auto& event : core->take_events()) {
    on_event(event);
    events.push_back(std::move(event));
  }
  if (ask_again_.empty() || now_s_ < ask_again_s_) return;
  core->attach(std::exchange(ask_again_, {}));
}

/// What the engine does with an answer.
void World::on_event(const Event& event) {
  if (const auto* end = std::get_if<Finished>(&event)) unfinished_.erase(end->token);
  if (const auto* no = std::get_if<Rejected>(&event)) unfinished_.erase(no->token);
  const auto* attached = std::get_if<Attached>(&event);
  if (attached == nullptr) return;
  if (!unfinished_.contains(attached->token)) return;
  if (attached->presence == Presence::absent && absent_is_given_up) {
    unfinished_.erase(attached->token);
  } else if (attached->presence == Presence::absent) {
    const std::vector<AttemptSpec> again = {unfinished_.at(attached->token)};
    core->submit(again);
  } else if (attached->presence == Presence::ambiguous) {
    constexpr double pause_s = 5;
    if (ask_again_.empty()) ask_again_s_ = now_s_ + pause_s;
    ask_again_.push_back(attached->token);
  }
}

void World::play_nodes() {
  slurm.advance(now_s_);
  for (const auto& effect : slurm.take_effects()) {
    const bool worked = play_runner(disk, effect, clock.wall_ns());
    if (worked && effect.kind == Effect::Kind::started)
      ++started_[spec_path_in(disk, effect.script, effect.index)];
  }
}

const Finished* World::finished(const AttemptSpec& attempt) const {
  const Finished* found = nullptr;
  for (const auto& event : events)
    if (const auto* end = std::get_if<Finished>(&event); end != nullptr && end->token == attempt.token)
      found = end;
  return found;
}

const ExitRecord* World::record(const AttemptSpec& attempt) const {
  const Finished* end = finished(attempt);
  return end != nullptr && end->record ? &*end->record : nullptr;
}

std::optional<StateChanged> World::state(const AttemptSpec& attempt) const {
  std::optional<StateChanged> found;
  for (const auto& event : events)
    if (const auto* state = std::get_if<StateChanged>(&event);
        state != nullptr && state->token == attempt.token)
      found = *state;
  return found;
}

std::string World::handle(const AttemptSpec& attempt) const {
  std::string handle;
  for (const auto& event : events) {
    if (const auto* yes = std::get_if<Accepted>(&event); yes != nullptr && yes->token == attempt.token)
      handle = yes->handle;
    if (const auto* yes = std::get_if<Attached>(&event); yes != nullptr && yes->token == attempt.token)
      handle = yes->handle;
  }
  return handle;
}

std::size_t World::count_finished(const AttemptSpec& attempt) const {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    const auto* end = std::get_if<Finished>(&event);
    return end != nullptr && end->token == attempt.token;
  }));
}

long World::calls(const std::string& command) const {
  const auto found = slurm.calls().find(command);
  return found == slurm.calls().end() ? 0 : found->second;
}

int World::times_run(const AttemptSpec& attempt) const {
  const auto found = started_.find(attempt.folder + "/attempt.json");
  return found == started_.end() ? 0 : found->second;
}

std::size_t World::most_at_once(CommandKind kind) const {
  const auto found = most_at_once_.find(kind);
  return found == most_at_once_.end() ? 0 : found->second;
}

std::string World::all_text() const {
  std::string text;
  for (const auto& event : events) {
    if (const auto* log = std::get_if<Log>(&event)) text += log->message + "\n";
    if (const auto* no = std::get_if<Rejected>(&event)) text += no->message + "\n";
    if (const auto* away = std::get_if<Unreachable>(&event)) text += away->message + "\n";
  }
  return text;
}

}  // namespace sluice::tests
