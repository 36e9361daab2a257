// "data/*.root": the files that are there when the workflow is planned. `*` and `?` stand for characters
// within one name, never for a '/'; a name that begins with a dot is matched only by a pattern that does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/result.h"

namespace sluice::workflow {

bool matches(std::string_view name, std::string_view pattern);

/// Absolute paths, sorted, of the files below `folder` that match. Finding none is an error.
Result<std::vector<std::string>> find_files(Disk& disk, const std::string& folder, std::string_view pattern);

/// "run1" for "/data/run1.root".
std::string stem(std::string_view path);

}  // namespace sluice::workflow
