// Is this value one that a stage's parameter takes?
#pragma once

#include "engine/base/result.h"
#include "engine/workflow/description.h"
#include "engine/workflow/value.h"

namespace sluice::workflow {

/// The error's `what` begins with the parameter's name.
Status check_value(const Parameter& parameter, const Scalar& value);

}  // namespace sluice::workflow
