#include "tests/engine/schedule/random_run.h"

#include <algorithm>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {

RandomRun::RandomRun(std::uint64_t seed)
    : dice_(seed), problem_(random_problem(dice_)), scheduler_(problem_), ledger_(problem_) {
  luck_ = dice_.one_of({50, 80, 95});
}

std::string RandomRun::play(Reached& reached) {
  reached_ = &reached;
  const bool good = chaos() && kind_end();
  return good ? "" : ledger_.complaint() + "\n" + story();
}

void RandomRun::step(const Event& event) {
  events_.push_back(event);
  ++reached_->events;
  actions_.clear();
  ledger_.before(event);
  scheduler_.step(event, actions_);
  for (const Action& action : actions_) note(action);
  ledger_.after(actions_, scheduler_);
}

void RandomRun::note(const Action& action) {
  at_rest_ = std::holds_alternative<AllSettled>(action);
  reached_->submits += std::holds_alternative<Submit>(action);
  reached_->checks += std::holds_alternative<Check>(action);
  reached_->retries += std::holds_alternative<Retrying>(action);
  reached_->cancels += std::holds_alternative<CancelAttempt>(action);
  if (const auto* wake = std::get_if<Wake>(&action)) {
    wake_ms_ = wake->at_ms;
    ++reached_->wakes;
  }
  if (const auto* end = std::get_if<Settled>(&action)) {
    ++reached_->settled[static_cast<std::size_t>(end->state)];
    ++reached_->whys[static_cast<std::size_t>(end->why)];
  }
}

/// Noise, sometimes before the start, until the run is at rest or enough has happened; then a little more
/// noise.
bool RandomRun::chaos() {
  while (dice_.one_in(8) && ledger_.complaint().empty()) step(dice_.one_in(2) ? about_anybody() : command());
  if (ledger_.complaint().empty()) step(Start{});
  int left = 20 + 12 * static_cast<int>(problem_.policy_of.size());
  for (; left > 0 && ledger_.complaint().empty(); --left) {
    step(random_event());
    if (at_rest_ && left > 6) left = 6;
  }
  return ledger_.complaint().empty();
}

/// Everything is answered and nothing fails any more: it must end, and soon.
bool RandomRun::kind_end() {
  step(ResumeSubmitting{});
  for (std::uint32_t i = 0; i < problem_.executors.size(); ++i) step(ExecutorUp{i});
  for (std::size_t left = 10 * scheduler_.unit_count() + 10; left > 0 && ledger_.complaint().empty();
       --left) {
    const auto open = those_in({UnitState::checking, UnitState::running, UnitState::publishing});
    if (!open.empty()) {
      const Unit unit = open[dice_.below(open.size())];
      const UnitState state = scheduler_.state(unit);
      step(state == UnitState::checking  ? Event(Checked{unit, dice_.one_in(2)})
           : state == UnitState::running ? Event(Ended{unit, Outcome::success})
                                         : Event(Published{unit, true}));
    } else if (!those_in({UnitState::backing_off}).empty() && !scheduler_.stopped()) {
      now_ms_ = std::max(now_ms_, wake_ms_);
      step(TimeIs{now_ms_});
    } else {
      break;
    }
  }
  const Counts counts = scheduler_.counts();
  return ledger_.complaint().empty() && counts.waiting + counts.queued + counts.running == 0;
}

std::vector<Unit> RandomRun::those_in(std::initializer_list<UnitState> states) const {
  std::vector<Unit> units;
  for (Unit unit = 0; unit < scheduler_.unit_count(); ++unit)
    if (std::find(states.begin(), states.end(), scheduler_.state(unit)) != states.end())
      units.push_back(unit);
  return units;
}

Event RandomRun::random_event() {
  const auto open = those_in({UnitState::checking, UnitState::running, UnitState::publishing});
  const std::uint64_t roll = dice_.below(100);
  if (roll < 72 && !open.empty()) return answer(open[dice_.below(open.size())]);
  if (roll < 36) return ResumeSubmitting{};
  if (roll < 60) return ExecutorUp{static_cast<std::uint32_t>(dice_.below(problem_.executors.size()))};
  if (roll < 80) {
    now_ms_ += dice_.one_in(2) ? std::max<std::int64_t>(wake_ms_ - now_ms_, 1) : dice_.from_to(-10, 3000);
    return TimeIs{now_ms_};
  }
  if (roll < 86) return events_[dice_.below(events_.size())];
  if (roll < 91) return about_anybody();
  if (roll < 96) return child();
  return command();
}

Event RandomRun::answer(Unit unit) {
  switch (scheduler_.state(unit)) {
    case UnitState::checking:
      if (dice_.one_in(12)) return CheckFailed{unit};
      return Checked{unit, dice_.one_in(3)};
    case UnitState::publishing: return Published{unit, !dice_.one_in(12)};
    default: return random_end(unit);
  }
}

Event RandomRun::random_end(Unit unit) {
  const int current = scheduler_.attempt(unit);
  const int attempt = dice_.one_in(3) ? 0 : dice_.one_in(10) ? dice_.from_to(1, current + 1) : current;
  const std::uint64_t roll = dice_.below(100);
  if (roll == 0) return Refused{unit, dice_.one_in(4), attempt};
  if (roll == 1) return Gone{unit, attempt};
  const Outcome outcome =
      roll < luck_ ? Outcome::success
                   : dice_.one_of({Outcome::again, Outcome::again, Outcome::user_failure,
                                   Outcome::user_failure, Outcome::user_failure, Outcome::out_of_memory,
                                   Outcome::timeout, Outcome::infrastructure, Outcome::infrastructure,
                                   Outcome::stopped_by_user, Outcome::cancelled});
  return Ended{unit, outcome, dice_.from_to(0, 4), dice_.one_in(2), attempt};
}

Unit RandomRun::anybody() {
  return dice_.one_in(20) ? no_unit : static_cast<Unit>(dice_.below(scheduler_.unit_count() + 2));
}

/// Most of these are nonsense: nobody asked, or nobody is there.
Event RandomRun::about_anybody() {
  const Unit unit = anybody();
  switch (dice_.below(8)) {
    case 0: return Checked{unit, dice_.one_in(2)};
    case 1: return CheckFailed{unit};
    case 2: return Published{unit, dice_.one_in(2)};
    case 3: return Refused{unit, dice_.one_in(2), dice_.from_to(-1, 6)};
    case 4: return Gone{unit, dice_.from_to(-1, 6)};
    case 5: return ChildDropped{unit};
    case 6: return Start{};
    default:
      return Ended{unit, static_cast<Outcome>(dice_.below(8)), 1, dice_.one_in(2), dice_.from_to(-1, 6)};
  }
}

Event RandomRun::child() {
  const Unit tasks = static_cast<Unit>(problem_.policy_of.size());
  const auto running = those_in({UnitState::running});
  const Unit owner = running.empty() || dice_.one_in(4) ? anybody() : running[dice_.below(running.size())];
  if (scheduler_.unit_count() > tasks && dice_.one_in(5))
    return ChildDropped{tasks + static_cast<Unit>(dice_.below(scheduler_.unit_count() - tasks))};
  ChildAsked asked{
      owner, static_cast<PolicyIndex>(dice_.below(problem_.policies.size() + (dice_.one_in(20) ? 1 : 0)))};
  if (dice_.one_in(4)) {
    asked.live = LiveAttempt{.attempt = dice_.from_to(1, 4)};
    if (asked.policy < problem_.policies.size())
      asked.live->resources = problem_.policies[asked.policy].resources;
    if (dice_.one_in(3)) asked.live->resources.cpus = dice_.from_to(1, 8);
  }
  return asked;
}

Event RandomRun::command() {
  const auto executor = static_cast<std::uint32_t>(dice_.below(problem_.executors.size() + 1));
  switch (dice_.below(20)) {
    case 0: return CancelAll{};
    case 1:
    case 2:
    case 3: return CancelUnit{anybody()};
    case 4:
    case 5:
    case 6: return StopSubmitting{};
    case 7:
    case 8:
    case 9:
    case 10:
    case 11: return ResumeSubmitting{};
    case 12:
    case 13:
    case 14: return ExecutorDown{executor};
    default: return ExecutorUp{executor};
  }
}

namespace {

std::string text(const Start&) { return "Start"; }
std::string text(const Checked& e) {
  return "Checked " + std::to_string(e.unit) + (e.up_to_date ? " up to date" : "");
}
std::string text(const CheckFailed& e) { return "CheckFailed " + std::to_string(e.unit); }
std::string text(const Ended& e) {
  return "Ended " + std::to_string(e.unit) + " #" + std::to_string(e.attempt) + " outcome " +
         std::to_string(static_cast<int>(e.outcome)) + " exit " + std::to_string(e.exit_code) +
         (e.progressed ? " progressed" : "");
}
std::string text(const Published& e) { return "Published " + std::to_string(e.unit) + (e.ok ? "" : " not"); }
std::string text(const Refused& e) {
  return "Refused " + std::to_string(e.unit) + " #" + std::to_string(e.attempt) +
         (e.permanent ? " for good" : "");
}
std::string text(const Gone& e) {
  return "Gone " + std::to_string(e.unit) + " #" + std::to_string(e.attempt);
}
std::string text(const ChildAsked& e) {
  return "ChildAsked by " + std::to_string(e.owner) + " policy " + std::to_string(e.policy) +
         (e.live ? " live" : "");
}
std::string text(const ChildDropped& e) { return "ChildDropped " + std::to_string(e.unit); }
std::string text(const TimeIs& e) { return "TimeIs " + std::to_string(e.now_ms); }
std::string text(const ExecutorDown& e) { return "ExecutorDown " + std::to_string(e.executor); }
std::string text(const ExecutorUp& e) { return "ExecutorUp " + std::to_string(e.executor); }
std::string text(const StopSubmitting&) { return "StopSubmitting"; }
std::string text(const ResumeSubmitting&) { return "ResumeSubmitting"; }
std::string text(const CancelAll&) { return "CancelAll"; }
std::string text(const CancelUnit& e) { return "CancelUnit " + std::to_string(e.unit); }

}  // namespace

std::string to_text(const Event& event) {
  return std::visit([](const auto& e) { return text(e); }, event);
}

/// Plays the events again, to tell what came of each.
std::string RandomRun::story() const {
  std::string told;
  Scheduler again(problem_);
  for (const Event& event : events_) {
    std::vector<Action> actions;
    again.step(event, actions);
    told += to_text(event) + " ->";
    for (const Action& action : actions) told += " [" + to_text(action) + "]";
    told += "\n";
  }
  for (Unit unit = 0; unit < again.unit_count(); ++unit)
    if (const std::string waits = again.waits_for(unit); !waits.empty())
      told += "unit " + std::to_string(unit) + " " + waits + "\n";
  return told;
}

}  // namespace sluice::schedule
