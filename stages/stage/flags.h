// A command line as flags, each with the words behind it; what the words mean is not asked here.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::stage {

/// The words behind each flag (named without its dashes); a flag that was not given is absent.
using Flags = std::map<std::string, std::vector<std::string>>;

/// Words in front of the first flag may be @FILE (engine/base/arguments_file.h). Flags that are not among
/// `names`, or given twice, are errors.
Flags read_flags(std::span<const std::string> words, const std::vector<std::string>& names, Disk& disk,
                 std::vector<Error>& errors);

}  // namespace sluice::stage
