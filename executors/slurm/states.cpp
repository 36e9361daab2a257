#include "executors/slurm/states.h"

#include <array>
#include <cctype>

namespace sluice::executors::slurm {

namespace {

struct Row {
  std::string_view name;
  std::string_view code;
  bool alive;
  AttemptState state;
  Verdict verdict;
};

constexpr Row waits(std::string_view name, std::string_view code, AttemptState state = AttemptState::queued) {
  return {name, code, true, state, Verdict::unknown};
}
constexpr Row runs(std::string_view name, std::string_view code, AttemptState state = AttemptState::running) {
  return {name, code, true, state, Verdict::unknown};
}
constexpr Row ended(std::string_view name, std::string_view code, Verdict verdict) {
  return {name, code, false, AttemptState::finished, verdict};
}

constexpr std::array rows = {
    waits("PENDING", "PD"),
    waits("CONFIGURING", "CF", AttemptState::starting),
    waits("POWER_UP_NODE", "PU", AttemptState::starting),
    waits("REQUEUED", "RQ", AttemptState::requeued),
    waits("REQUEUE_FED", "RF", AttemptState::requeued),
    waits("REQUEUE_HOLD", "RH", AttemptState::requeued),
    waits("SPECIAL_EXIT", "SE", AttemptState::requeued),
    waits("RESV_DEL_HOLD", "RD"),
    waits("EXPEDITING", "EX", AttemptState::requeued),
    runs("RUNNING", "R"),
    runs("COMPLETING", "CG"),
    runs("STAGE_OUT", "SO"),
    runs("SIGNALING", "SI"),
    runs("RESIZING", "RS"),
    runs("UPDATE_DB", "UD"),
    runs("SUSPENDED", "S", AttemptState::suspended),
    runs("STOPPED", "ST", AttemptState::suspended),
    ended("COMPLETED", "CD", Verdict::completed),
    ended("FAILED", "F", Verdict::failed),
    ended("TIMEOUT", "TO", Verdict::timeout),
    ended("OUT_OF_MEMORY", "OOM", Verdict::out_of_memory),
    ended("CANCELLED", "CA", Verdict::cancelled_by_user),
    ended("PREEMPTED", "PR", Verdict::preempted),
    ended("NODE_FAIL", "NF", Verdict::node_failure),
    ended("BOOT_FAIL", "BF", Verdict::node_failure),
    ended("LAUNCH_FAILED", "LF", Verdict::node_failure),
    ended("RECONFIG_FAIL", "RC", Verdict::node_failure),
    ended("REVOKED", "RV", Verdict::node_failure),
    // --deadline and `scontrol update Deadline=`: it could not have ended in time, so more time would not
    // help either.
    ended("DEADLINE", "DL", Verdict::cancelled_by_user),
};

}  // namespace

std::string plain_state(std::string_view native) {
  std::string word;
  for (const char c : native) {
    if (c != '_' && std::isalpha(static_cast<unsigned char>(c)) == 0) break;
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return word;
}

StateMeaning meaning_of_state(std::string_view native) {
  const std::string word = plain_state(native);
  for (const auto& row : rows)
    if (row.name == word || row.code == word) return {true, row.alive, row.state, row.verdict};
  return {false, true, AttemptState::running, Verdict::unknown};
}

}  // namespace sluice::executors::slurm
