// What training needs to know of a dataset: events by number, without a copy, from any thread.
#pragma once

#include <cstdint>
#include <span>

namespace sluice::train {

struct EventView {
  std::int64_t elements = 0;
  const float* features = nullptr;  ///< elements x features, row by row
  const float* targets = nullptr;   ///< rows that begin with pt, eta, sin phi, cos phi, energy
  std::int64_t target_columns = 5;
  const std::int32_t* labels = nullptr;  ///< rows that begin with the class; 0: carries no particle
  std::int64_t label_columns = 1;
  float weight = 1;
};

class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual std::int64_t events() const = 0;
  virtual std::int64_t features() const = 0;
  virtual std::int64_t elements(std::int64_t event) const = 0;
  virtual EventView event(std::int64_t event) const = 0;
};

}  // namespace sluice::train
