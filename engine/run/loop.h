// The real world around a driver: one Boost.Asio loop that turns signals, timers and the executors' answers
// into calls.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/run/driver.h"
#include "engine/store/lock.h"
#include "executors/executor.h"

namespace sluice::run {

/// Makes the executor that a workflow calls NAME; the sink may be called from the io_context only.
using MakeExecutor = std::function<Result<std::unique_ptr<executors::Executor>>(
    const std::string& name, boost::asio::io_context& io, executors::EventSink sink)>;

class Loop {
 public:
  Loop(store::Lock& lock, store::Store& store, Clock& clock, Layout layout);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Starts one executor for each name and asks for its capabilities. Errors name the executor.
  Status open_executors(const std::vector<std::string>& names, const MakeExecutor& make);
  std::vector<executors::Executor*> executors() const;
  const std::vector<executors::Capabilities>& capabilities() const;

  /// Called about ten times a second while the driver runs, and at its end.
  /// For Driver::World: work is done on a thread, one piece after another; its end is told in the loop.
  std::function<void(std::function<Status()>, std::function<void(Status)>)> in_background();

  void on_redraw(std::chrono::milliseconds every, std::function<void()> redraw);
  /// Called for each line that another process left for this driver (requests.h).
  void on_request(std::function<void(const std::string& request)> handle);
  /// Until the driver is done. INT counts as Ctrl-C; TERM and HUP detach.
  Status drive(Driver& driver);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::run
