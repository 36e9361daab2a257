#include "engine/run/outcome.h"

#include <csignal>
#include <cstring>

namespace sluice::run {

namespace {

using executors::Cause;
using executors::ExitRecord;
using executors::Verdict;
using schedule::Outcome;

std::string with(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + ": " + detail;
}

std::string missing_outputs(const ExitRecord& record) {
  std::string names;
  for (const auto& output : record.outputs)
    if (output.content.kind == FileKind::missing)
      names += (names.empty() ? "" : ", ") + output.name + " (" + output.path + ")";
  return names;
}

Judgement judge_exit(const ExitRecord& record, bool may_ask_again) {
  if (record.signal != 0) {
    const char* name = sigdescr_np(record.signal);
    return {Outcome::user_failure, with("killed by signal " + std::to_string(record.signal) + " (" +
                                            (name != nullptr ? name : "unknown") + ")",
                                        record.message)};
  }
  if (record.exit_code == exit_again && may_ask_again) return {Outcome::again, "stopped at a checkpoint"};
  if (record.exit_code != 0)
    return {Outcome::user_failure, with("exit code " + std::to_string(record.exit_code), record.message)};
  if (const std::string missing = missing_outputs(record); !missing.empty())
    return {Outcome::user_failure, "it ended with exit code 0 but did not write its output " + missing};
  for (const auto& output : record.outputs)
    if (output.content.kind != FileKind::file && output.content.kind != FileKind::folder)
      return {Outcome::user_failure,
              "its output " + output.name + " (" + output.path + ") is neither a file nor a folder"};
  return {Outcome::success, ""};
}

Judgement judge_record(const ExitRecord& record, bool may_ask_again) {
  switch (record.cause) {
    case Cause::none: return judge_exit(record, may_ask_again);
    case Cause::start_failed: return {Outcome::user_failure, with("it could not be started", record.message)};
    case Cause::timeout: return {Outcome::timeout, with("it ran into its time limit", record.message)};
    case Cause::oom: return {Outcome::out_of_memory, with("it ran out of memory", record.message)};
    case Cause::node_lost: return {Outcome::infrastructure, with("its node was lost", record.message)};
    case Cause::cancelled:
    case Cause::preempted: break;
  }
  // Asked to stop, and it may have reached its checkpoint, or even its end, before it obeyed.
  Judgement by_exit = judge_exit(record, may_ask_again);
  if (by_exit.outcome == Outcome::success || by_exit.outcome == Outcome::again) return by_exit;
  if (record.cause == Cause::preempted) return {Outcome::infrastructure, with("preempted", record.message)};
  return {Outcome::cancelled, with("cancelled", record.message)};
}

}  // namespace

Judgement judge(const executors::Finished& finished, bool may_ask_again) {
  if (finished.record) return judge_record(*finished.record, may_ask_again);
  const std::string& said = finished.message;
  switch (finished.verdict) {
    case Verdict::out_of_memory: return {Outcome::out_of_memory, with("it ran out of memory", said)};
    case Verdict::timeout: return {Outcome::timeout, with("it ran into its time limit", said)};
    case Verdict::failed: return {Outcome::user_failure, with("the batch system says it failed", said)};
    case Verdict::cancelled_by_user:
      return {Outcome::stopped_by_user, with("cancelled outside the engine", said)};
    case Verdict::node_failure: return {Outcome::infrastructure, with("its node failed", said)};
    case Verdict::preempted: return {Outcome::infrastructure, with("preempted", said)};
    case Verdict::never_started: return {Outcome::infrastructure, with("it was never started", said)};
    case Verdict::completed:
      return {Outcome::infrastructure,
              with("the batch system says it completed, but it left no exit record", said)};
    case Verdict::unknown: break;
  }
  return {Outcome::infrastructure, with("it is gone and left no exit record", said)};
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::success: return "success";
    case Outcome::again: return "again";
    case Outcome::user_failure: return "failure";
    case Outcome::out_of_memory: return "out-of-memory";
    case Outcome::timeout: return "timeout";
    case Outcome::infrastructure: return "infrastructure";
    case Outcome::stopped_by_user: return "stopped-by-user";
    case Outcome::cancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace sluice::run
