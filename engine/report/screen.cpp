#include "engine/report/screen.h"

#include <algorithm>

#include "engine/report/paint.h"

namespace sluice::report {

namespace {

constexpr const char* hide_cursor = "\x1b[?25l";
constexpr const char* show_cursor = "\x1b[?25h";
constexpr const char* no_wrap = "\x1b[?7l";
constexpr const char* wrap = "\x1b[?7h";
constexpr const char* clear_line = "\x1b[K";
constexpr const char* clear_below = "\x1b[J";

}  // namespace

/// A terminal that was made narrower has broken the lines that stand there.
std::size_t Screen::rows_of_block(int width) const {
  std::size_t rows = 0;
  const auto cells = static_cast<std::size_t>(std::max(width, 1));
  for (const std::string& line : block_)
    rows += std::max<std::size_t>(1, (visible_width(line) + cells - 1) / cells);
  return rows;
}

void Screen::update(const std::string& above, const std::vector<std::string>& block,
                    const Terminal& terminal) {
  if (above.empty() && block == block_ && terminal.width == width_) return;
  std::string text = std::string(hide_cursor) + "\r";
  if (const std::size_t rows = rows_of_block(terminal.width); rows > 0)
    text += "\x1b[" + std::to_string(rows) + "A";
  if (!above.empty()) text += clear_below + above;
  text += no_wrap;
  for (const std::string& line : block) text += line + clear_line + "\n";
  text += std::string(clear_below) + wrap + show_cursor;
  out_ << text << std::flush;
  block_ = block;
  width_ = terminal.width;
}

}  // namespace sluice::report
