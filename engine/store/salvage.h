// Copies every row that can still be read from a damaged database into a sound one. Inside the store only.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/store/connection.h"

namespace sluice::store {

/// `damaged` is a copy that may be changed; its -wal lies beside it. `sound` is an empty store.
Status salvage(const std::string& damaged, Connection& sound);

}  // namespace sluice::store
