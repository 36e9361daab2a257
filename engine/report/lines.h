// What happened, one line each, in a form that stays the same, so that it can be searched:
//
//   [12/40] simulate[shard=3] done 1.2 s
//   [13/40] simulate[shard=4] FAILED after 1.2 s: exit code 3
//       | what it printed last
//       log: .sluice/attempts/simulate/shard=4.1/log.txt
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/report/log_tail.h"
#include "engine/report/progress.h"

namespace sluice::report {

std::string prefix(const Tally& total);  ///< "[12/40] "
std::string done_text(std::string_view task, double seconds);
std::string up_to_date_text(std::string_view task);
std::string cancelled_text(std::string_view task);
/// One line for all that a failure took with it.
std::string skipped_text(std::size_t tasks, std::string_view one_of_them, std::string_view reason);

struct Failure {
  std::string_view task;
  double seconds = 0;  ///< 0: nothing ran
  std::string_view message;
  std::string_view log;  ///< path; empty: none
  LogTail tail;
};
/// Several lines, without an end of line after the last.
std::string failure_text(const Failure& failure, bool colour);

std::string retry_text(std::string_view task, int attempt, std::string_view message, double delay_s);

/// "40 tasks: 28 done, 12 up to date, 0 failed in 3 min 05 s"
std::string summary_text(const Tally& total, double seconds);
/// A sign of life between lines: "[12/40] 3 running, about 12 min left; longest: train 2 h 10 min (31% of 300
/// steps)"
std::string still_running_text(const Progress& progress);

}  // namespace sluice::report
