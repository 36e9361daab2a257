// Why a unit does not run yet, for people.
#include "engine/schedule/state.h"

namespace sluice::schedule {

std::string Scheduler::State::waits_for(Unit unit) const {
  const UnitRecord& record = units[unit];
  switch (record.state) {
    case UnitState::waiting: return waits_for_before_queue(unit);
    case UnitState::checking: return "waits for its inputs to be compared with the last run";
    case UnitState::backing_off: return stopped ? "waits: the run is stopping" : "waits for its next try";
    case UnitState::queued: break;
    default: return "";
  }
  if (stopped) return "waits: the run is stopping";
  const LineKey& key = queue.key(record.line);
  if (is_down[key.executor])
    return "waits for executor " + executor_name(key.executor) + ": it can't be reached";
  if (key.owner != no_unit && children.running(key.owner) >= policy(unit).parallel)
    return "waits for its owner's other attempts: " + std::to_string(children.running(key.owner)) + " of " +
           std::to_string(policy(unit).parallel) + " run";
  const std::string lacking = slots.lacking(key.demand);
  return lacking.empty() ? "waits behind a larger task that has waited long" : "waits for " + lacking;
}

std::string Scheduler::State::waits_for_before_queue(Unit unit) const {
  const UnitRecord& record = units[unit];
  if (record.is_child) return "waits for its owner to start";
  if (record.open_groups > 0)
    return "waits for " + std::to_string(record.open_groups) +
           (record.open_groups == 1 ? " input" : " inputs");
  if (policy(unit).is_final && !finals_open) return "waits for all other tasks to end";
  return "waits: the run is stopping";
}

std::string Scheduler::State::executor_name(std::uint32_t executor) const {
  const auto& names = problem.executor_names;
  return "'" + (executor < names.size() ? names[executor] : std::to_string(executor)) + "'";
}

}  // namespace sluice::schedule
