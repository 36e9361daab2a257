#include "executors/runner/loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace sluice::executors {

Loop::Loop() : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_fd_ < 0) throw std::runtime_error("no epoll descriptor: " + std::to_string(errno));
}

Loop::~Loop() {
  if (signal_fd_ >= 0) ::close(signal_fd_);
  ::close(epoll_fd_);
}

void Loop::watch(int fd, std::uint32_t epoll_events, Ready ready) {
  epoll_event event{};
  event.events = epoll_events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::runtime_error("can't watch a descriptor: " + std::to_string(errno));
  watched_[fd] = std::make_shared<Ready>(std::move(ready));
}

void Loop::change(int fd, std::uint32_t epoll_events) {
  epoll_event event{};
  event.events = epoll_events;
  event.data.fd = fd;
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  watched_.erase(fd);
}

Loop::Timer Loop::after(double seconds, Callback callback) {
  constexpr double ten_years_s = 3e8;  // keeps any limit a user may write inside 64 bits of nanoseconds
  const double delay_ns = std::min(seconds, ten_years_s) * static_cast<double>(ns_per_s);
  const Timer timer{now_ns() + static_cast<std::int64_t>(delay_ns), ++next_timer_};
  timers_.emplace(timer, std::move(callback));
  return timer;
}

void Loop::cancel(const Timer& timer) { timers_.erase(timer); }

void Loop::block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

void Loop::handle_signals(std::function<void(int signal)> handler) {
  block_signals();
  sigset_t all;
  ::sigfillset(&all);
  signal_fd_ = ::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  watch(signal_fd_, EPOLLIN, [this, handler = std::move(handler)](std::uint32_t) {
    signalfd_siginfo info{};
    while (::read(signal_fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      handler(static_cast<int>(info.ssi_signo));
  });
}

void Loop::run() {
  stopped_ = false;
  while (!stopped_) {
    const bool more = before_waiting_ && before_waiting_();
    if (stopped_) break;
    dispatch(more ? 0 : wait_ms());
    run_due_timers();
  }
}

std::int64_t Loop::now_ns() { return RealClock().mono_ns(); }

int Loop::wait_ms() const {
  if (timers_.empty()) return -1;
  const std::int64_t left = timers_.begin()->first.first - now_ns();
  constexpr std::int64_t longest = 60'000;
  return static_cast<int>(std::clamp<std::int64_t>((left + ns_per_ms - 1) / ns_per_ms, 0, longest));
}

void Loop::run_due_timers() {
  const std::int64_t now = now_ns();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

void Loop::dispatch(int timeout_ms) {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    const auto found = watched_.find(event.data.fd);
    if (found == watched_.end()) continue;  // an earlier callback of this round has forgotten it
    const auto ready = found->second;       // keeps the callback alive while it forgets itself
    (*ready)(event.events);
  }
}

}  // namespace sluice::executors
