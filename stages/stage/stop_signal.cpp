#include "stages/stage/stop_signal.h"

#include <atomic>
#include <csignal>

namespace sluice::stage {

namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void on_signal(int) { requested.store(true); }

void catch_signal(int number, int flags) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | flags;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void watch_stop_signals(Interrupt interrupt) {
  catch_signal(SIGTERM, 0);
  catch_signal(SIGUSR2, 0);
  if (interrupt == Interrupt::stop) catch_signal(SIGINT, static_cast<int>(SA_RESETHAND));
}

bool stop_requested() { return requested.load(std::memory_order_relaxed); }
void request_stop() { requested.store(true); }
void forget_stop() { requested.store(false); }

}  // namespace sluice::stage
