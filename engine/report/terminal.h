// What the place that text is written to can show: found out once, then handed down, so that everything that
// makes text stays a pure function.
#pragma once

#include <functional>
#include <string>

namespace sluice::report {

struct Terminal {
  bool interactive = false;  ///< a terminal that can move its cursor; else a pipe or a file
  bool colour = false;
  bool utf8 = false;  ///< else ASCII only
  int width = 80;
  int height = 24;

  bool operator==(const Terminal&) const = default;
};

/// The value of an environment variable; null if it is not set.
using Environment = std::function<const char*(const char* name)>;

/// Follows NO_COLOR, CLICOLOR_FORCE, TERM, LC_ALL, LC_CTYPE and LANG; without a size from the system, COLUMNS
/// and LINES.
Terminal terminal_of(int fd, const Environment& environment);
/// The same of a place that is known to be a terminal, or not.
Terminal make_terminal(bool is_terminal, int width, int height, const Environment& environment);

}  // namespace sluice::report
