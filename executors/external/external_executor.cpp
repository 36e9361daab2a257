#include "executors/external/external_executor.h"

#include <poll.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "executors/external/core.h"
#include "executors/external/plugin_process.h"
#include "executors/external/predecessor.h"

namespace sluice::executors::external {

namespace asio = boost::asio;

namespace {

/// A plug-in that has died is noticed by its closed channels, or at the latest then (somebody may have
/// inherited them).
constexpr std::int64_t look_every_ns = ns_per_s;

class ExternalExecutor final : public Executor {
 public:
  ExternalExecutor(asio::io_context& io, EventSink sink, ExternalConfig config, Diagnostics* diagnostics)
      : io_(io),
        sink_(std::move(sink)),
        config_(std::move(config)),
        core_(config_, {disk_, clock_, processes_}),
        timer_(io),
        input_(io),
        output_(io),
        errors_(io) {
    core_.report_settings_to(diagnostics);
  }
  ExternalExecutor(const ExternalExecutor&) = delete;
  ExternalExecutor& operator=(const ExternalExecutor&) = delete;
  ~ExternalExecutor() override {
    *alive_ = false;
    timer_.cancel();
    let_go();
  }

  Result<Capabilities> hello() override;
  void submit(std::span<const AttemptSpec> attempts) override {
    ask([&] { core_.submit(attempts); });
  }
  void poll(std::span<const Token> tokens) override {
    ask([&] { core_.poll(tokens); });
  }
  void cancel(std::span<const Token> tokens, CancelMode mode) override {
    ask([&] { core_.cancel(tokens, mode); });
  }
  void attach(std::span<const Token> tokens) override {
    ask([&] { core_.attach(tokens); });
  }
  void shutdown(ShutdownMode mode) override;

  pid_t pid() const { return process_.pid(); }

 private:
  template <typename Call>
  void ask(const Call& call) {
    if (closed_) return;
    call();
    step_later();
  }

  void wait_for_predecessor();
  void step_later();
  void step();
  void start_plugin();
  void follow_plugin();
  void let_go();
  void take(int descriptor, bool& open, void (Core::*into)(std::string_view));
  void write_out();
  void look_after();
  void deliver();
  void set_timer();
  void wait_for(asio::posix::stream_descriptor& channel, asio::posix::descriptor_base::wait_type what,
                bool& waiting);
  void pump(int timeout_ms);

  asio::io_context& io_;
  EventSink sink_;
  ExternalConfig config_;
  RealDisk disk_;
  RealClock clock_;
  RealProcesses processes_;
  Core core_;
  PluginProcess process_;
  asio::steady_timer timer_;
  asio::posix::stream_descriptor input_;
  asio::posix::stream_descriptor output_;
  asio::posix::stream_descriptor errors_;
  bool output_open_ = false;
  bool errors_open_ = false;
  bool input_waits_ = false;
  bool output_waits_ = false;
  bool errors_waits_ = false;
  bool step_posted_ = false;
  bool in_loop_ = false;  ///< before that hello() does the waiting
  bool closed_ = false;
  /// Handlers outlive us in the loop's queue; they look here first.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Result<Capabilities> ExternalExecutor::hello() {
  constexpr int turn_ms = 50;
  if (!in_loop_ && !core_.introduced()) wait_for_predecessor();
  while (!core_.introduced() && !core_.failure()) {
    step();
    if (!core_.introduced() && !core_.failure()) pump(turn_ms);
  }
  core_.report_settings_to(nullptr);
  if (core_.failure()) {
    process_.kill();
    return *core_.failure();
  }
  if (!in_loop_) {
    in_loop_ = true;
    follow_plugin();
    step_later();
  }
  return core_.capabilities();
}

void ExternalExecutor::wait_for_predecessor() {
  constexpr auto pause = std::chrono::milliseconds(20);
  const std::int64_t deadline = clock_.mono_ns() + to_ns(config_.patience.leave_s);
  Predecessor predecessor(disk_, processes_, config_.folder);
  while (predecessor.lives()) {
    if (clock_.mono_ns() > deadline) predecessor.kill();
    std::this_thread::sleep_for(pause);
  }
}

void ExternalExecutor::step_later() {
  if (std::exchange(step_posted_, true)) return;
  asio::post(io_, [this, alive = alive_] {
    if (!*alive) return;
    step_posted_ = false;
    step();
    deliver();
  });
}

/// After anything has happened: see to time, to the plug-in's life, and to what it is to be told.
void ExternalExecutor::step() {
  look_after();
  core_.on_time();
  if (core_.wants_kill()) process_.kill();
  if (core_.wants_start() && process_.pid() == 0) start_plugin();
  write_out();
  if (in_loop_) set_timer();
}

void ExternalExecutor::start_plugin() {
  Status started = disk_.make_folders(join_path(config_.folder, "plugin"));
  if (started) started = process_.start(config_.command, config_.folder);
  if (started) started = remember_plugin(disk_, config_.folder, process_.pid());
  if (!started) return core_.could_not_start(started.error());
  output_open_ = errors_open_ = true;
  core_.started();
  if (in_loop_) follow_plugin();
}

void ExternalExecutor::follow_plugin() {
  if (process_.pid() == 0) return;
  input_.assign(process_.input());
  output_.assign(process_.output());
  errors_.assign(process_.errors());
  wait_for(output_, asio::posix::descriptor_base::wait_read, output_waits_);
  wait_for(errors_, asio::posix::descriptor_base::wait_read, errors_waits_);
}

/// The descriptors are the process's; the loop only watches them.
void ExternalExecutor::let_go() {
  for (auto* channel : {&input_, &output_, &errors_})
    if (channel->is_open()) channel->release();
  process_.close();
  output_open_ = errors_open_ = false;
  input_waits_ = output_waits_ = errors_waits_ = false;
}

void ExternalExecutor::wait_for(asio::posix::stream_descriptor& channel,
                                asio::posix::descriptor_base::wait_type what, bool& waiting) {
  if (waiting || !channel.is_open()) return;
  waiting = true;
  channel.async_wait(what, [this, &waiting, alive = alive_](const boost::system::error_code& error) {
    if (!*alive || error) return;
    waiting = false;
    step();
    deliver();
  });
}

void ExternalExecutor::take(int descriptor, bool& open, void (Core::*into)(std::string_view)) {
  if (!open || descriptor < 0) return;
  std::string bytes;
  open = PluginProcess::read(descriptor, bytes);
  if (!bytes.empty()) (core_.*into)(bytes);
}

/// Everything that it has said counts before its end does.
void ExternalExecutor::look_after() {
  if (process_.pid() == 0) return;
  take(process_.errors(), errors_open_, &Core::muttered);
  take(process_.output(), output_open_, &Core::received);
  if (in_loop_ && output_open_) wait_for(output_, asio::posix::descriptor_base::wait_read, output_waits_);
  if (in_loop_ && errors_open_) wait_for(errors_, asio::posix::descriptor_base::wait_read, errors_waits_);
  if (const auto how = process_.reap()) {
    take(process_.errors(), errors_open_, &Core::muttered);
    take(process_.output(), output_open_, &Core::received);
    let_go();
    core_.ended(*how);
  } else if (!output_open_) {
    process_.kill();  // it can't say anything any more
  }
}

void ExternalExecutor::write_out() {
  while (!core_.output().empty()) {
    const auto count = process_.write(core_.output());
    if (!count) return;  // its end will be seen
    core_.sent(*count);
    if (*count > 0) continue;
    if (in_loop_) wait_for(input_, asio::posix::descriptor_base::wait_write, input_waits_);
    return;
  }
}

void ExternalExecutor::deliver() {
  auto events = core_.take_events();
  if (!events.empty()) sink_(std::move(events));
}

void ExternalExecutor::set_timer() {
  const std::int64_t now = clock_.mono_ns();
  std::int64_t delay = std::max<std::int64_t>(0, core_.wake_ns() - now);
  if (process_.pid() != 0) delay = std::min(delay, look_every_ns);
  timer_.expires_after(std::chrono::nanoseconds(delay));
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (!*alive || error) return;
    step();
    deliver();
  });
}

/// Waits until something can be read or written, outside of the loop.
void ExternalExecutor::pump(int timeout_ms) {
  std::array<pollfd, 3> channels{{{output_open_ ? process_.output() : -1, POLLIN, 0},
                                  {errors_open_ ? process_.errors() : -1, POLLIN, 0},
                                  {core_.output().empty() ? -1 : process_.input(), POLLOUT, 0}}};
  ::poll(channels.data(), channels.size(), timeout_ms);
}

/// Says goodbye and leaves the plug-in a little time, so that it is not cut off in mid-sentence.
void ExternalExecutor::shutdown(ShutdownMode mode) {
  if (std::exchange(closed_, true)) return;
  *alive_ = false;
  timer_.cancel();
  core_.shutdown(mode);
  constexpr int turn_ms = 20;
  const std::int64_t deadline = clock_.mono_ns() + to_ns(config_.patience.leave_s);
  while (process_.pid() != 0 && clock_.mono_ns() < deadline) {
    write_out();
    if (core_.output().empty()) process_.close_input();
    pump(turn_ms);
    take(process_.errors(), errors_open_, &Core::muttered);
    take(process_.output(), output_open_, &Core::received);
    if (process_.reap()) break;
  }
  let_go();
}

}  // namespace

Result<std::unique_ptr<Executor>> make_external(asio::io_context& io, EventSink sink, ExternalConfig config,
                                                Diagnostics* diagnostics) {
  if (config.command.empty() || config.folder.empty() || config.folder.front() != '/')
    return Error{"an external executor needs a plug-in and an absolute folder", config.name, "",
                 ErrorKind::internal};
  return std::unique_ptr<Executor>(
      std::make_unique<ExternalExecutor>(io, std::move(sink), std::move(config), diagnostics));
}

pid_t plugin_pid(const Executor& external) {
  const auto* ours = dynamic_cast<const ExternalExecutor*>(&external);
  return ours == nullptr ? 0 : ours->pid();
}

}  // namespace sluice::executors::external
