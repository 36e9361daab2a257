// What every executor must do, as checks that run against any of them: local, Slurm, or a plug-in in any
// language. Each check starts real programs (/bin/sh) and says in plain words what it missed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "executors/executor.h"

namespace sluice::executors::conformance {

/// The executor under test.
struct Subject {
  /// Called again after a simulated crash of the driver: it must find what was submitted before.
  std::function<Result<std::unique_ptr<Executor>>(boost::asio::io_context&, EventSink)> make;
  std::string work_folder;  ///< absolute, exists, on a file system that the nodes see
  std::size_t large_batch = 10'000;
  double patience_s = 120;  ///< for one wait; a batch system needs more than a local machine
};

struct Outcome {
  std::string check;
  std::string demand;                   ///< what it asks of an executor
  std::vector<std::string> complaints;  ///< empty: passed
  double seconds = 0;

  bool passed() const { return complaints.empty(); }
};

std::vector<std::string> check_names();
/// `check` is one of the names.
Outcome run_check(const Subject& subject, std::string_view check);

}  // namespace sluice::executors::conformance
