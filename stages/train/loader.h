// Reader threads that put steps together before they are needed, so that training never waits for data.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/result.h"
#include "stages/train/batch.h"
#include "stages/train/plan.h"

namespace sluice::train {

/// What one step of a rank learns from.
struct StepData {
  std::vector<Batch> batches;
  double element_weight = 0;
  double particle_weight = 0;
};

/// Told of each defective event each time it comes up, from any thread; an error ends the training.
using ReportDefect = std::function<Status(std::int64_t event, const std::string& reason)>;

Result<StepData> make_step(const EventSource& source, const std::vector<std::vector<std::int64_t>>& batches,
                           Layout layout, const ReportDefect& report);

class Loader {
 public:
  /// Steps from `first` on, in order.
  Loader(const EventSource& source, Plan plan, std::int64_t first, int threads, ReportDefect report);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  Result<StepData> next();

 private:
  void work();

  const EventSource& source_;
  Plan plan_;
  ReportDefect report_;
  std::size_t ahead_;  ///< steps to hold at most
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t to_plan_;
  std::int64_t to_take_;
  std::map<std::int64_t, Result<StepData>> ready_;
  std::exception_ptr failure_;
  bool ended_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sluice::train
