// A command line that is too long for the kernel, or for a person, goes into a file: `program @args.txt`.
// Both sides use this pair, so they can't disagree: the engine writes such files, every Sluice program reads
// them.
//
// One argument a line, taken as it stands. Empty lines and lines that begin with '#' are skipped. An argument
// that would be misread (empty, with a line break, beginning with '#' or '"') is written as a JSON string.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice {

std::string format_arguments_file(std::span<const std::string> arguments);
/// `where` names the file in errors, which say the line.
Result<std::vector<std::string>> parse_arguments_file(std::string_view text, const std::string& where);

}  // namespace sluice
