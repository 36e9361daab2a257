// Work split over threads. For results that are the same with any number of them, cut the work into pieces
// whose size does not depend on it, let each piece fill a slot of its own, and put the slots together in
// their order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::stage {

/// Calls work(i) once for each i < count, on up to `threads` threads. The first exception is rethrown here,
/// after all threads have ended; pieces that were not begun by then are left out.
template <typename Work>
void for_each_piece(int threads, std::size_t count, Work work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::jthread> helpers;
  const std::size_t useful = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  for (std::size_t i = 1; i < useful; ++i) helpers.emplace_back(run);
  run();
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sluice::stage
