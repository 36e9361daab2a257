#include "stages/train/loader.h"

#include <algorithm>

namespace sluice::train {

Result<StepData> make_step(const EventSource& source, const std::vector<std::vector<std::int64_t>>& batches,
                           Layout layout, const ReportDefect& report) {
  StepData step;
  for (const auto& events : batches) {
    std::vector<bool> defective;
    for (const std::int64_t event : events) {
      const auto reason = defect(source.event(event), source.features());
      defective.push_back(reason.has_value());
      if (reason)
        if (auto told = report(event, *reason); !told) return std::move(told).error();
    }
    Batch batch = make_batch(source, events, defective, layout);
    if (batch.length == 0) continue;  // nothing but empty events
    step.element_weight += batch.element_weight;
    step.particle_weight += batch.particle_weight;
    step.batches.push_back(std::move(batch));
  }
  return step;
}

Loader::Loader(const EventSource& source, Plan plan, std::int64_t first, int threads, ReportDefect report)
    : source_(source),
      plan_(std::move(plan)),
      report_(std::move(report)),
      ahead_(static_cast<std::size_t>(threads) * 2 + 2),
      to_plan_(first),
      to_take_(first) {
  for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

void Loader::work() {
  std::unique_lock lock(mutex_);
  try {
    while (true) {
      changed_.wait(lock, [&] { return ended_ || to_plan_ < to_take_ + static_cast<std::int64_t>(ahead_); });
      if (ended_) return;
      const std::int64_t step = to_plan_++;
      const auto batches = plan_.batches(step);
      lock.unlock();
      auto data = make_step(source_, batches, plan_.layout(), report_);
      lock.lock();
      ready_.emplace(step, std::move(data));
      changed_.notify_all();
    }
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

Result<StepData> Loader::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || ready_.contains(to_take_); });
  if (failure_) std::rethrow_exception(failure_);
  auto node = ready_.extract(to_take_++);
  changed_.notify_all();
  return std::move(node.mapped());
}

}  // namespace sluice::train
