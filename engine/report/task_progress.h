// How far a running task says it is: the end of its progress file (docs/writing-a-stage.md), which may be
// missing, torn, or written by anything. For people who wait for a task of hours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::report {

struct TaskProgress {
  std::int64_t done = 0;
  std::int64_t total = 0;  ///< 0: nobody knows
  std::string unit;        ///< "events"
  std::string note;        ///< "epoch 3, val_loss 2.71"
  std::optional<double> left_s;

  bool operator==(const TaskProgress&) const = default;
};

/// The progress file beside a log. Bounded reads of its beginning and its end; nothing when it says nothing.
std::optional<TaskProgress> task_progress(const std::string& attempt_folder, double now_s);

/// "9 % of 32535 steps, about 38 min left; epoch 1, val_loss 2.94"
std::string to_string(const TaskProgress& progress);

}  // namespace sluice::report
