// Where a simulated run is at home: what its driver talks to, and what goes on when there is no driver.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "executors/executor.h"
#include "tests/sim/programs.h"

namespace sluice::sim {

class Site {
 public:
  virtual ~Site() = default;
  /// The executor of a new driver. It dies with its driver: answers on their way to it are lost.
  virtual std::unique_ptr<executors::Executor> open(executors::EventSink sink) = 0;
  virtual void calm() = 0;  ///< from now on nothing goes wrong any more
  virtual std::size_t attempts() const = 0;
  virtual std::size_t doubly_started() const = 0;
  virtual Programs& programs() = 0;
  virtual bool may_stay_silent() const { return false; }  ///< for longer than a driver waits at its end

  /// Called before each side effect of a driver outside the disk; may throw to crash the driver there.
  std::function<void()> before_submit;
};

}  // namespace sluice::sim
