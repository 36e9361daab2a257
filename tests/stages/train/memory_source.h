// Toy events in memory as training sees them, and a small training on them.
#pragma once

#include <vector>

#include "stages/train/events.h"
#include "stages/train/trainer.h"
#include "tests/stages/train/toy/run_program.h"
#include "tests/stages/train/toy/toy.h"

namespace sluice::train::testing {

class MemorySource final : public EventSource {
 public:
  explicit MemorySource(std::vector<toy::Event> all) : events_(std::move(all)) {}
  MemorySource(std::uint64_t seed, std::int64_t count, const toy::Shape& shape) {
    for (std::int64_t i = 0; i < count; ++i)
      events_.push_back(toy::make_event(seed, static_cast<std::uint64_t>(i), shape));
  }
  std::int64_t events() const override { return static_cast<std::int64_t>(events_.size()); }
  std::int64_t features() const override { return 17; }
  std::int64_t elements(std::int64_t event) const override {
    return events_[static_cast<std::size_t>(event)].elements;
  }
  EventView event(std::int64_t event) const override {
    const toy::Event& one = events_[static_cast<std::size_t>(event)];
    return {one.elements, one.features.data(), one.targets.data(), 8, one.labels.data(), 3, 1};
  }

 private:
  std::vector<toy::Event> events_;
};

struct Small {
  MemorySource train{1, 40, {1, 20, false}};
  MemorySource validation{2, 12, {1, 20, false}};
  Job job;

  Small() {
    job.train = &train;
    job.validation = &validation;
    job.config.layers = 2;
    job.config.width = 16;
    job.config.hidden = 16;
    job.config.heads = 2;
    job.config.bin_size = 8;
    job.normalisation = model::identity_normalisation(17);
    job.settings.batch = 8;
    job.settings.lr = 2e-3;
    job.epochs = job.until = 3;
    job.tokens = 100;
    job.reference_events = 4;
  }
};

}  // namespace sluice::train::testing
