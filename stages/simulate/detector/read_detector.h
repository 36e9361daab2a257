// Reads a detector file. All its mistakes are reported at once, each with its line and a caret.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "stages/simulate/detector/detector.h"

namespace sluice::simulate {

/// `name` stands for the file in messages.
Result<Detector> parse_detector(const std::string& name, std::string text);
Result<Detector> read_detector(const std::string& path);

}  // namespace sluice::simulate
