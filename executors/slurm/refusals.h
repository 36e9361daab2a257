// What it means when sbatch fails. The question is always the same: is it certain that no job exists? Only
// the controller's own refusal is certain; after a time-out the job may well be there, and be running.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::executors::slurm {

enum class Refusal : std::uint8_t {
  doubtful,   ///< the job may exist: look for it before anything else
  never,      ///< refused, and it would be refused again: the request is wrong
  not_now,    ///< refused because of a limit on how much may be queued: later it may pass
  closed,     ///< refused to all, however little they ask: later it will pass
  too_large,  ///< an array with more members than this Slurm takes
};

struct SubmitFailure {
  Refusal refusal = Refusal::doubtful;
  std::string message;  ///< what Slurm said, in one line
  std::string hint;     ///< which setting to look at; may be empty
};

SubmitFailure judge_submit_failure(std::string_view err, int exit_code);

/// The line of a failed command's output that says most: its last error, without the command's name.
std::string last_error(std::string_view err);

}  // namespace sluice::executors::slurm
