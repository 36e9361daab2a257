#include "executors/slurm/refusals.h"

#include <array>

#include "engine/base/text.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

struct Entry {
  std::string_view pattern;
  Refusal refusal;
  std::string_view hint;
};

// slurm_errno.c; the texts have been the same for ten years. The first that occurs counts.
constexpr std::array entries = {
    Entry{"Socket timed out", Refusal::doubtful, ""},
    Entry{"Unable to contact slurm controller", Refusal::doubtful, ""},
    Entry{"Zero Bytes were transmitted", Refusal::doubtful, ""},
    Entry{"Slurm backup controller in standby mode", Refusal::doubtful, ""},
    Entry{"Invalid partition name", Refusal::never,
          "correct 'partition' in [executor.slurm]; `sinfo -s` lists them"},
    Entry{"Invalid account or account/partition combination", Refusal::never,
          "correct 'account' or 'partition'; `sacctmgr show associations user=$USER` lists what you may use"},
    Entry{"Invalid qos specification", Refusal::never, "correct 'qos' in [executor.slurm]"},
    Entry{"Invalid feature specification", Refusal::never,
          "correct 'constraint' in [executor.slurm]; `sinfo -o '%P %f'` lists the features"},
    Entry{"Requested reservation is invalid", Refusal::never,
          "correct 'reservation'; `scontrol show reservation`"},
    Entry{"Access denied to requested reservation", Refusal::never, "correct 'reservation'"},
    Entry{"Invalid node name specified", Refusal::never, "correct 'exclude' in [executor.slurm]"},
    Entry{"Requested node configuration is not available", Refusal::never,
          "no node has that much: lower cpus, memory or gpus, or change 'partition' or 'constraint'"},
    Entry{"Node count specification invalid", Refusal::never, "lower 'nodes'"},
    Entry{"Requested time limit is invalid", Refusal::never, "lower the stage's time, or change 'partition'"},
    Entry{"Requested partition configuration not available now", Refusal::not_now, ""},
    Entry{"Required partition not available", Refusal::closed,
          "the partition takes no jobs now (maintenance?): wait, or change 'partition'"},
    Entry{"Invalid job array specification", Refusal::too_large, ""},
    Entry{"Memory required by task is not available", Refusal::never, "lower the stage's memory"},
    Entry{"More processors requested than permitted", Refusal::never, "lower the stage's cpus or ranks"},
    Entry{"Invalid generic resource (gres) specification", Refusal::never,
          "correct 'gpu_flag' in [executor.slurm]"},
    Entry{"Invalid Trackable RESource", Refusal::never, "correct 'gpu_flag' in [executor.slurm]"},
    Entry{"Invalid license specification", Refusal::never, "correct --licenses in 'extra'"},
    Entry{"User's group not permitted to use this partition", Refusal::never, "change 'partition'"},
    Entry{"Access/permission denied", Refusal::never, "your site does not let you submit this"},
    Entry{"Invalid user id", Refusal::never, "your site does not know you as a user of Slurm"},
    Entry{"Job dependency problem", Refusal::never, "correct --dependency in 'extra'"},
    Entry{"Batch script contains", Refusal::never, ""},
    Entry{"unrecognized option", Refusal::never, "correct 'extra' in [executor.slurm]"},
    Entry{"invalid option", Refusal::never, "correct 'extra' in [executor.slurm]"},
    Entry{"requires an argument", Refusal::never, "correct 'extra' in [executor.slurm]"},
    Entry{"Unable to open file", Refusal::never, ""},
    Entry{"Pathname of a file, directory or other parameter too long", Refusal::never, ""},
    // Limits on how much may be queued. Slurm uses one text for those and for limits on a single job's size.
    Entry{"job submit limit", Refusal::not_now,
          "if none of your jobs is in the queue, it asks for more than your QOS or account allows"},
    Entry{"Job violates accounting/QOS policy", Refusal::not_now,
          "if none of your jobs is in the queue, it asks for more than your QOS or account allows"},
    Entry{"Slurm temporarily unable to accept job", Refusal::not_now, ""},
    Entry{"Resource temporarily unavailable", Refusal::not_now, ""},
    Entry{"Unspecified error", Refusal::doubtful, ""},
};

}  // namespace

std::string last_error(std::string_view err) {
  std::string_view best;
  for (const auto line : lines_of(err)) {
    const auto text = trimmed(line);
    if (text.empty() || text.starts_with("Try \"")) continue;
    best = text;
  }
  // "sbatch: error: Batch job submission failed: Invalid qos specification"
  for (const std::string_view prefix :
       {"sbatch: ", "squeue: ", "scancel: ", "sacct: ", "scontrol: ", "error: ", "fatal: ",
        "Batch job submission failed: ", "slurm_load_jobs error: "})
    if (best.starts_with(prefix)) best.remove_prefix(prefix.size());
  return printable(best);
}

SubmitFailure judge_submit_failure(std::string_view err, int exit_code) {
  SubmitFailure failure;
  failure.message = last_error(err);
  if (failure.message.empty()) failure.message = "sbatch ended with exit code " + std::to_string(exit_code);
  for (const auto& entry : entries) {
    if (err.find(entry.pattern) == std::string_view::npos) continue;
    failure.refusal = entry.refusal;
    failure.hint = entry.hint;
    break;
  }
  return failure;
}

}  // namespace sluice::executors::slurm
