// Saves what can be read of a damaged store: the damaged file is moved aside, never changed or deleted, and
// every row that can still be read goes into a new one. What is lost is run again: content decides.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace sluice::store {

struct Recovered {
  std::string set_aside;    ///< where the damaged file is now: store.db.damaged-1
  std::size_t results = 0;  ///< tasks whose result is still known
  std::size_t attempts = 0;
  std::size_t live = 0;      ///< attempts that will be looked for
  std::string note() const;  ///< for people
};

/// Only for who holds the lock.
Result<Recovered> recover(const std::string& path);

}  // namespace sluice::store
