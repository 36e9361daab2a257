// The end of a log file, made fit to be shown: a bounded read of a file that may be huge, still growing,
// binary, or full of a progress bar's carriage returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::report {

struct LogTail {
  std::vector<std::string> lines;  ///< without control characters
  bool cut = false;                ///< there is more before them
  std::uint64_t size = 0;          ///< of the file
};

/// The last lines; nothing if there is no such file.
LogTail log_tail(const std::string& path, std::size_t most_lines);

/// The same of a text. `whole`: it begins with the first line of its file.
LogTail tail_of(std::string_view text, std::size_t most_lines, bool whole);

}  // namespace sluice::report
