#include "engine/run/loop.h"

#include "engine/run/requests.h"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <csignal>

namespace sluice::run {

namespace asio = boost::asio;

namespace {

constexpr auto look_around_every = std::chrono::milliseconds(500);
constexpr auto time_to_cancel =
    std::chrono::seconds(10);  // a batch system, when nobody will hear how it went

}  // namespace

struct Loop::State {
  State(store::Lock& the_lock, store::Store& the_store, Clock& the_clock, Layout the_layout)
      : lock(the_lock),
        store(the_store),
        clock(the_clock),
        layout(std::move(the_layout)),
        signals(io),
        wake(io),
        beat(io),
        redraw_timer(io),
        look_timer(io) {}

  store::Lock& lock;
  store::Store& store;
  Clock& clock;
  Layout layout;
  asio::io_context io{1};
  asio::signal_set signals;
  asio::steady_timer wake;
  asio::steady_timer beat;
  asio::steady_timer redraw_timer;
  asio::steady_timer look_timer;
  std::vector<std::unique_ptr<executors::Executor>> executors;
  std::vector<executors::Capabilities> capabilities;
  std::function<void()> redraw;
  std::chrono::milliseconds redraw_every{};
  std::function<void(const std::string&)> handle_request;
  Driver* driver = nullptr;
  std::unique_ptr<asio::thread_pool> background;  ///< made when it is first needed
  bool cancelling = false;                        ///< the driver is done, its executors are not
  std::optional<std::int64_t> wake_set_ms;
  std::vector<std::pair<std::uint32_t, std::vector<executors::Event>>>
      early;  ///< before the driver was there

  void deliver(std::uint32_t executor, std::vector<executors::Event> events) {
    if (driver == nullptr) {
      early.emplace_back(executor, std::move(events));
      return;
    }
    look_at_the_folder();  // before a missing file is taken for somebody's failure
    driver->on_events(executor, std::move(events));
    after_call();
  }

  void look_at_the_folder() {
    const auto found = lock.whereabouts();
    if (found != store::Whereabouts::here) driver->lost_the_folder(found == store::Whereabouts::moved);
  }

  /// After anything was handed to the driver: stop when it is done, set the timer it asks for.
  void after_call() {
    if (driver->done()) {
      if (!cancelling) io.stop();
      return;
    }
    const auto wanted = driver->wake_at_ms();
    if (wanted == wake_set_ms) return;
    wake_set_ms = wanted;
    wake.cancel();
    if (!wanted) return;
    const auto delay = std::max<std::int64_t>(*wanted - driver->now_ms(), 0);
    wake.expires_after(std::chrono::milliseconds(delay));
    wake.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      wake_set_ms.reset();
      driver->on_time();
      after_call();
    });
  }

  void wait_for_signal() {
    signals.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGINT)
        driver->interrupt();
      else
        driver->detach();
      after_call();
      wait_for_signal();
    });
  }

  void beat_later() {
    beat.expires_after(std::chrono::milliseconds(static_cast<int>(store::Lock::beat_every_s * 1000)));
    beat.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      const Status beaten = lock.beat(store);
      // A full disk is the driver's business; only the loss of the lock ends the run here.
      if (!beaten && store::is_fenced_off(beaten.error())) driver->lost_the_lock(beaten.error());
      after_call();
      beat_later();
    });
  }

  /// Is somebody asking for something, and is the run folder still there?
  void look_around_later() {
    look_timer.expires_after(look_around_every);
    look_timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      look_at_the_folder();
      RealDisk disk;
      if (handle_request && !driver->done())
        for (const auto& request : take_requests(disk, layout)) handle_request(request);
      after_call();
      if (!driver->done()) look_around_later();
    });
  }

  /// The folder is gone and so is everything that attempts could leave in it: nobody would find them again.
  void cancel_everything() {
    if (lock.whereabouts() != store::Whereabouts::removed) return;
    cancelling = true;
    bool any_elsewhere = false;
    for (std::size_t e = 0; e < executors.size(); ++e) {
      executors[e]->shutdown(executors::ShutdownMode::cancel);
      any_elsewhere = any_elsewhere || capabilities[e].cpu_slots == 0;
    }
    io.restart();
    if (any_elsewhere) io.run_for(time_to_cancel);
  }

  void redraw_later() {
    redraw_timer.expires_after(redraw_every);
    redraw_timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      if (redraw) redraw();
      redraw_later();
    });
  }
};

Loop::Loop(store::Lock& lock, store::Store& store, Clock& clock, Layout layout)
    : state_(std::make_unique<State>(lock, store, clock, std::move(layout))) {}
Loop::~Loop() = default;

Status Loop::open_executors(const std::vector<std::string>& names, const MakeExecutor& make) {
  for (std::uint32_t index = 0; index < names.size(); ++index) {
    auto executor =
        make(names[index], state_->io, [state = state_.get(), index](std::vector<executors::Event> events) {
          state->deliver(index, std::move(events));
        });
    if (!executor) return std::move(executor).error();
    auto hello = (*executor)->hello();
    if (!hello) return std::move(hello).error();
    state_->executors.push_back(std::move(*executor));
    state_->capabilities.push_back(std::move(*hello));
  }
  return Ok{};
}

std::vector<executors::Executor*> Loop::executors() const {
  std::vector<executors::Executor*> all;
  for (const auto& executor : state_->executors) all.push_back(executor.get());
  return all;
}

const std::vector<executors::Capabilities>& Loop::capabilities() const { return state_->capabilities; }

std::function<void(std::function<Status()>, std::function<void(Status)>)> Loop::in_background() {
  return [state = state_.get()](std::function<Status()> work, std::function<void(Status)> done) {
    if (!state->background) state->background = std::make_unique<asio::thread_pool>(1);
    asio::post(*state->background, [state, work = std::move(work), done = std::move(done)] {
      Status status = work();
      asio::post(state->io, [state, done, status = std::move(status)] {
        done(status);
        state->after_call();
      });
    });
  };
}

void Loop::on_redraw(std::chrono::milliseconds every, std::function<void()> redraw) {
  state_->redraw_every = every;
  state_->redraw = std::move(redraw);
}

void Loop::on_request(std::function<void(const std::string&)> handle) {
  state_->handle_request = std::move(handle);
}

Status Loop::drive(Driver& driver) {
  State& state = *state_;
  state.driver = &driver;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) state.signals.add(signal);
  if (auto started = driver.start(); !started) return started;
  for (auto& [executor, events] : std::exchange(state.early, {}))
    driver.on_events(executor, std::move(events));
  state.wait_for_signal();
  state.beat_later();
  if (state.redraw) state.redraw_later();
  state.look_around_later();
  state.after_call();
  if (!driver.done()) state.io.run();
  if (driver.end() == RunEnd::displaced) state.cancel_everything();
  if (state.redraw) state.redraw();
  return Ok{};
}

}  // namespace sluice::run
