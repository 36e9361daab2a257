// The trial's side of the hand-over between a sweep and its trials (docs/trial-protocol.md): what to train
// and how far, measurements, a sign of life, orders, and how it ended.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "engine/handoff/report.h"
#include "engine/handoff/request.h"
#include "stages/stage/state.h"
#include "stages/train/trainer.h"

namespace sluice::train {

class Trial {
 public:
  /// `folder` is the trial's. The run is that of SLUICE_TRIAL_RUN, else the newest that was asked for.
  static Result<Trial> open(Disk& disk, const std::string& folder);

  const handoff::Spec& spec() const { return spec_; }
  std::int64_t until() const { return request_.until; }
  /// Where a trial that was started by hand keeps its checkpoints.
  std::string checkpoint_folder() const;

  /// After each epoch: a line of metrics, a beat; answers with the orders that came.
  Result<Orders> report(std::int64_t epoch, const Metrics& metrics);
  /// Within an epoch, as often as one likes: a sign of life at the first call, and when the last one is 30 s
  /// ago.
  Status beat(std::chrono::steady_clock::time_point now);
  Status finish(const Trained& trained, std::int64_t epochs);
  /// A training that failed by itself: a result, too.
  Status fail(const Error& error);

 private:
  Trial(Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}
  Orders read_orders();
  Status write_beat();

  Disk* disk_;
  std::string folder_;
  handoff::Spec spec_;
  handoff::RunRequest request_;
  std::int64_t lines_ = 0;
  std::int64_t obeyed_ = -1;
  std::int64_t step_ = 0;
  std::int64_t beats_ = 0;
  std::optional<std::chrono::steady_clock::time_point> last_beat_;
};

/// "nan", "out-of-memory" or "exception".
std::string failure_reason(const Error& error);

}  // namespace sluice::train
