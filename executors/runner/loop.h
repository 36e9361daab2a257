// The runner's event loop: descriptors, timers, signals, one thread. Small on purpose: the runner must cost
// next to nothing beside the programs it starts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace sluice::executors {

class Loop {
 public:
  using Callback = std::function<void()>;
  using Ready = std::function<void(std::uint32_t epoll_events)>;
  using Timer = std::pair<std::int64_t, std::uint64_t>;  ///< due (monotonic ns), number

  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  void watch(int fd, std::uint32_t epoll_events, Ready ready);
  void change(int fd, std::uint32_t epoll_events);
  void forget(int fd);

  Timer after(double seconds, Callback callback);
  void cancel(const Timer& timer);  ///< a timer that is gone is fine

  /// Every signal of the process waits until the loop reads it. Call before any thread is made.
  static void block_signals();
  void handle_signals(std::function<void(int signal)> handler);

  /// Called when all that was ready has been handled, before the loop waits again. Returns true if there is
  /// more to do at once, so that the loop must not wait.
  void before_waiting(std::function<bool()> callback) { before_waiting_ = std::move(callback); }

  void run();
  void stop() { stopped_ = true; }

  static std::int64_t now_ns();

 private:
  int wait_ms() const;
  void run_due_timers();
  void dispatch(int timeout_ms);

  int epoll_fd_ = -1;
  int signal_fd_ = -1;
  bool stopped_ = false;
  std::uint64_t next_timer_ = 0;
  std::map<Timer, Callback> timers_;
  std::unordered_map<int, std::shared_ptr<Ready>> watched_;
  std::function<bool()> before_waiting_;
};

}  // namespace sluice::executors
