// One step of a run, for `sluice tick` in a crontab: what has ended is taken in, what is ready goes out, and
// the driver leaves. The next step finds everything again, as after a crash.
#include <algorithm>

#include "engine/run/driver.h"

namespace sluice::run {

namespace {

constexpr std::int64_t linger_ms = 300;       ///< after the last answer: others may be on their way
constexpr std::int64_t patience_ms = 90'000;  ///< with an executor that does not answer

}  // namespace

/// A run that a person starts tries again what failed; a step that a clock starts must not, or it would fail
/// for ever. Tasks that have failed or were cancelled stay lost until something of them changes.
Status Driver::find_lost_before() {
  leave_limit_ms_ = now_ms() + patience_ms;
  auto loaded = world_.store.load_tasks([this](const store::Task& task) {
    const bool lost = task.settled == to_string(schedule::UnitState::failed) ||
                      task.settled == to_string(schedule::UnitState::cancelled);
    const auto unit = lost ? world_.graph.find_task(task.name) : std::nullopt;
    if (!unit || world_.plan.fresh(*unit)) return;
    const auto decision = world_.plan.decision(*unit);
    if (decision == plan::Decision::run || decision == plan::Decision::maybe)
      lost_before_[*unit] = {{}, std::string(task.reason)};
  });
  if (!loaded) return loaded;
  for (auto each = lost_before_.begin(); each != lost_before_.end();) {
    const auto attempts = world_.store.attempts_of(ids_[each->first]);
    if (!attempts) return attempts.error();
    // An attempt that still lives is another try of its task, and goes on.
    const bool lives = !attempts->empty() && attempts->back().state.has_value();
    if (!attempts->empty()) each->second.fingerprint = attempts->back().fingerprint;
    each = lives ? lost_before_.erase(each) : std::next(each);
  }
  return Ok{};
}

bool Driver::stays_lost(schedule::Unit unit) {
  const auto before = lost_before_.find(unit);
  if (before == lost_before_.end()) return false;
  const auto prepared = world_.plan.prepare(unit);
  const bool same = before->second.fingerprint.is_zero() ||
                    (prepared && prepared->fingerprint == before->second.fingerprint);
  if (!same) lost_before_.erase(before);
  return same;
}

void Driver::leave_when_heard() {
  const bool all_heard = std::all_of(flights_.begin(), flights_.end(), [this](const auto& entry) {
    const Flight& flight = entry.second;
    return flight.heard_of || flight.finished || unreachable_[flight.executor];
  });
  leave_ms_ =
      all_heard && ask_again_.empty() ? std::min(now_ms() + linger_ms, *leave_limit_ms_) : leave_limit_ms_;
}

void Driver::leave() {
  const auto running = scheduler_->in_flight();
  finish(RunEnd::stopped, std::to_string(running) + (running == 1 ? " attempt goes" : " attempts go") +
                              " on; the next step takes in what has ended");
}

}  // namespace sluice::run
