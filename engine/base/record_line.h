// Lines that can be torn: an append-only file may end in half a line, or hold a stretch of zeros after a
// crash on a network file system. Each line carries the CRC-32 (zlib's) of its text, so that a reader knows
// which to believe. Form: the text, one TAB, eight lower-case hexadecimal digits, a newline. The text holds
// no TAB and no newline.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

std::string seal_line(std::string_view text);                      ///< with the CRC and the newline
std::optional<std::string_view> open_line(std::string_view line);  ///< the text, or nothing if damaged

struct LineCount {
  std::size_t good = 0;
  std::size_t damaged = 0;   ///< complete lines whose CRC is wrong, zeros included
  std::size_t consumed = 0;  ///< bytes up to the end of the last complete line
};
/// Calls `each` for every undamaged complete line; an unfinished last line is left for later.
LineCount read_lines(std::string_view bytes, const std::function<void(std::string_view)>& each);

}  // namespace sluice
