#include "engine/schedule/actions.h"

namespace sluice::schedule {

std::string_view to_string(UnitState state) {
  switch (state) {
    case UnitState::waiting: return "waiting";
    case UnitState::checking: return "checking";
    case UnitState::queued: return "queued";
    case UnitState::running: return "running";
    case UnitState::publishing: return "publishing";
    case UnitState::backing_off: return "backing off";
    case UnitState::cached: return "cached";
    case UnitState::succeeded: return "succeeded";
    case UnitState::failed: return "failed";
    case UnitState::skipped: return "skipped";
    case UnitState::cancelled: return "cancelled";
    case UnitState::excluded: return "excluded";
  }
  return "";
}

std::string_view to_string(Why why) {
  switch (why) {
    case Why::none: return "";
    case Why::up_to_date: return "up to date";
    case Why::done: return "done";
    case Why::own_failure: return "it failed";
    case Why::retries_used_up: return "it failed, and its retries are used up";
    case Why::no_progress: return "it stopped twice without a newer checkpoint";
    case Why::refused: return "the executor refused it";
    case Why::publish_failed: return "its outputs could not be published";
    case Why::check_failed: return "its inputs could not be read";
    case Why::upstream: return "a task it needs has no result";
    case Why::excluded_input: return "a task it needs was not selected and has no result";
    case Why::cancelled: return "cancelled";
    case Why::stopped_by_user: return "cancelled outside of Sluice";
    case Why::infrastructure: return "nodes or services failed too often in a row";
  }
  return "";
}

}  // namespace sluice::schedule
