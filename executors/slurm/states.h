// What every documented job state of Slurm means to us (squeue(1), "JOB STATE CODES"). A word that is not in
// the map is taken for a running job: a state that nobody knows must never look like an end, least of all
// like a success.
#pragma once

#include <string>
#include <string_view>

#include "executors/executor.h"

namespace sluice::executors::slurm {

struct StateMeaning {
  bool known = false;
  bool alive = true;                           ///< waiting or running: the job has not ended
  AttemptState state = AttemptState::unknown;  ///< as the engine calls it
  Verdict verdict = Verdict::unknown;          ///< of an ended job
};

/// Takes the long form ("NODE_FAIL"), the short one ("NF") and what accounting makes of it ("CANCELLED by
/// 1000").
StateMeaning meaning_of_state(std::string_view native);

/// The first word, in capitals: "CANCELLED by 1000" and "COMPLETED+" are CANCELLED and COMPLETED.
std::string plain_state(std::string_view native);

}  // namespace sluice::executors::slurm
