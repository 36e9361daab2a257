// Work that can fail, split over threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>

#include "engine/base/result.h"

namespace sluice::edm4hep {

/// Calls work(i) once for each i < count on up to `threads` threads. After an error or an exception nothing
/// new is begun; of several errors the one of the smallest i is given back, so that any number of threads
/// says the same.
Status for_each(int threads, std::size_t count, const std::function<Status(std::size_t)>& work);

}  // namespace sluice::edm4hep
