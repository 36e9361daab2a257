// Runs sluice-runner for a short job (become a runner, settle a dead one's affairs) without waiting for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace sluice::executors {

/// `done` is called from the loop; the error holds what the program said.
void run_helper(boost::asio::io_context& io, const std::vector<std::string>& argv,
                std::function<void(Status)> done);

}  // namespace sluice::executors
