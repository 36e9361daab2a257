// Copies a log that may be huge and may still be growing to where a person reads it.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "engine/base/result.h"

namespace sluice::report {

/// Copies what the file holds from byte `offset` on, and moves the offset. A file that is not there (yet) is
/// empty. `tame`: for a terminal; colours stay, everything else that could steer it is spelled out.
Status copy_log(const std::string& path, std::uint64_t& offset, std::ostream& out, bool tame);

/// Where the last `lines` lines begin; 0 when there are fewer.
Result<std::uint64_t> offset_of_last(const std::string& path, std::size_t lines);

/// Text for a terminal: colours, tabs and carriage returns stay.
std::string tamed(std::string_view text);

}  // namespace sluice::report
