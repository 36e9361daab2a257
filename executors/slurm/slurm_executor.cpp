#include "executors/slurm/slurm_executor.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdlib>
#include <random>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/slurm/core.h"
#include "executors/slurm/subprocess.h"

extern char** environ;  // NOLINT: POSIX names it

namespace sluice::executors::slurm {

namespace {

std::string find_command(const SlurmConfig& config, const std::string& name) {
  if (!config.commands_folder.empty()) return find_program(config.commands_folder + "/" + name, "");
  const char* path = std::getenv("PATH");
  return find_program(name, path != nullptr ? path : "");
}

class SlurmExecutor final : public Executor {
 public:
  SlurmExecutor(boost::asio::io_context& loop, EventSink sink, SlurmConfig config)
      : loop_(loop),
        sink_(std::move(sink)),
        timer_(loop),
        processes_(loop, clean_environment(environ), config.folder),
        core_(std::move(config), disk_, clock_, std::random_device()()) {}

  ~SlurmExecutor() override { *alive_ = false; }

  Result<Capabilities> hello() override {
    Capabilities capabilities;
    capabilities.name = "slurm";
    capabilities.version = core_.cluster_version();
    capabilities.max_in_flight = core_.config().max_in_flight;
    return capabilities;
  }

  void submit(std::span<const AttemptSpec> attempts) override {
    core_.submit(attempts);
    soon();
  }
  void poll(std::span<const Token> tokens) override {
    core_.poll(tokens);
    soon();
  }
  void cancel(std::span<const Token> tokens, CancelMode mode) override {
    core_.cancel(tokens, mode);
    soon();
  }
  void attach(std::span<const Token> tokens) override {
    core_.attach(tokens);
    soon();
  }
  void shutdown(ShutdownMode mode) override {
    core_.shutdown(mode);
    soon();
  }

 private:
  /// Everything happens in a turn of the loop, never inside a call of the engine.
  void soon() {
    if (std::exchange(posted_, true)) return;
    boost::asio::post(loop_, [this, alive = alive_] {
      if (!*alive) return;
      posted_ = false;
      turn();
    });
  }

  void turn() {
    core_.tick();
    for (auto& command : core_.take_commands())
      processes_.run(command, [this](CommandResult result) {
        core_.command_ended(result);
        soon();
      });
    wait();
    // Last, because the engine may answer an event by destroying this object.
    if (auto events = core_.take_events(); !events.empty()) sink_(std::move(events));
  }

  void wait() {
    const auto wake_ns = core_.wake_ns();
    if (!wake_ns) {
      timer_.cancel();
      return;
    }
    const std::int64_t pause_ns = std::max<std::int64_t>(0, *wake_ns - clock_.mono_ns());
    timer_.expires_after(std::chrono::nanoseconds(pause_ns));
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
      if (!error && *alive) soon();
    });
  }

  boost::asio::io_context& loop_;
  EventSink sink_;
  RealDisk disk_;
  RealClock clock_;
  boost::asio::steady_timer timer_;
  Subprocesses processes_;
  SlurmCore core_;
  bool posted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Result<std::unique_ptr<Executor>> make_slurm(boost::asio::io_context& loop, EventSink sink,
                                             SlurmConfig config) {
  for (const char* name : {"sbatch", "squeue", "scancel"})
    if (find_command(config, name).empty())
      return Error{std::string("there is no '") + name + "' here",
                   config.commands_folder.empty() ? "PATH" : config.commands_folder,
                   "run on a login node of the cluster, or say in [executor.slurm] where it is: commands = "
                   "\"/opt/slurm/bin\"",
                   ErrorKind::usage};
  RealDisk disk;
  if (auto made = disk.make_folders(config.folder); !made) return std::move(made).error();
  return std::unique_ptr<Executor>(std::make_unique<SlurmExecutor>(loop, std::move(sink), std::move(config)));
}

}  // namespace sluice::executors::slurm
