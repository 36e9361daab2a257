// Runs a command without blocking the loop: posix_spawn, pipes on Asio, a time limit. Children get a process
// group of their own, so that Ctrl-C in the driver's terminal does not tear an sbatch apart in the middle of
// its question. When this object goes, sbatch calls in flight are left to finish (their answer will be found
// in the queue).
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "executors/slurm/commands.h"

namespace sluice::executors::slurm {

/// The driver's environment without what a job of its own has put there: an sbatch that inherits SLURM_*
/// variables takes them for its user's wishes. The site's SLURM_CONF and its like stay.
std::vector<std::string> clean_environment(const char* const* environment);

class Subprocesses {
 public:
  using Done = std::function<void(CommandResult)>;

  Subprocesses(boost::asio::io_context& loop, std::vector<std::string> environment, std::string folder);
  ~Subprocesses();
  Subprocesses(const Subprocesses&) = delete;
  Subprocesses& operator=(const Subprocesses&) = delete;

  void run(const Command& command, Done done);

 private:
  struct Child;
  void finish(const std::shared_ptr<Child>& child);
  void read_more(const std::shared_ptr<Child>& child, bool from_err);
  void reap(const std::shared_ptr<Child>& child);
  void reap_later(const std::shared_ptr<Child>& child);

  boost::asio::io_context& loop_;
  std::vector<std::string> environment_;
  std::string folder_;
  std::map<std::uint64_t, std::shared_ptr<Child>> children_;
};

}  // namespace sluice::executors::slurm
