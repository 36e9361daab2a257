// The only part that steers a terminal: keeps a block of lines at the bottom and lets other lines scroll by
// above it. Every update leaves the terminal as it was found (cursor shown, lines wrapped), so that a program
// killed at any moment leaves no mess behind.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "engine/report/terminal.h"

namespace sluice::report {

class Screen {
 public:
  explicit Screen(std::ostream& out) : out_(out) {}

  /// Puts `above` (whole lines, may be empty) where the block began, and the block below it. Writes nothing
  /// when neither has anything new.
  void update(const std::string& above, const std::vector<std::string>& block, const Terminal& terminal);

 private:
  std::size_t rows_of_block(int width) const;

  std::ostream& out_;
  std::vector<std::string> block_;
  int width_ = 0;
};

}  // namespace sluice::report
