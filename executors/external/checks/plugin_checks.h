// What a plug-in must do beyond what every executor must (executors/conformance): answer every request, keep
// the token's promise by itself, leave when its input ends, and be replaceable when it is killed or frozen.
#pragma once

#include <vector>

#include "executors/conformance/checks.h"
#include "executors/external/config.h"

namespace sluice::executors::external {

/// The subject's executor must be the plug-in of this configuration.
std::vector<conformance::Check> plugin_checks(const ExternalConfig& config);

}  // namespace sluice::executors::external
