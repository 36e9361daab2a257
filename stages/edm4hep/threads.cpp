#include "stages/edm4hep/threads.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::edm4hep {

namespace {

class SharedWork {
 public:
  SharedWork(std::size_t count, const std::function<Status(std::size_t)>& work)
      : count_(count), work_(work) {}

  void run() {
    // Taken in order, so that when one fails all before it have been begun, and will tell of their own
    // errors.
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        if (auto done = work_(i); !done) fail(i, std::move(done).error(), nullptr);
      } catch (...) {
        fail(i, Error{}, std::current_exception());
      }
    }
  }
  Status result() {
    if (thrown_) std::rethrow_exception(thrown_);
    if (failed_at_ < count_) return std::move(error_);
    return Ok{};
  }

 private:
  void fail(std::size_t i, Error error, std::exception_ptr thrown) {
    const std::lock_guard lock(mutex_);
    next_ = count_;
    if (i >= failed_at_) return;
    failed_at_ = i;
    error_ = std::move(error);
    thrown_ = std::move(thrown);
  }

  std::size_t count_;
  const std::function<Status(std::size_t)>& work_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::size_t failed_at_ = static_cast<std::size_t>(-1);
  Error error_;
  std::exception_ptr thrown_;
};

}  // namespace

Status for_each(int threads, std::size_t count, const std::function<Status(std::size_t)>& work) {
  SharedWork shared(count, work);
  std::vector<std::jthread> helpers;
  const std::size_t useful = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  for (std::size_t i = 1; i < useful; ++i) helpers.emplace_back([&] { shared.run(); });
  shared.run();
  helpers.clear();
  return shared.result();
}

}  // namespace sluice::edm4hep
