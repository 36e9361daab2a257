// --help, made from the same table as the flags themselves.
#pragma once

#include <string>

#include "stages/stage/description.h"

namespace sluice::stage {

std::string help(const Description& description);

}  // namespace sluice::stage
