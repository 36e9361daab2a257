#include "engine/base/record_line.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>

namespace sluice {

namespace {

constexpr std::size_t crc_digits = 8;

std::string crc_of(std::string_view text) {
  const auto crc = ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  std::array<char, crc_digits + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(crc));
  return {digits.data(), crc_digits};
}

}  // namespace

std::string seal_line(std::string_view text) {
  std::string line;
  line.reserve(text.size() + crc_digits + 2);
  line.append(text).append("\t").append(crc_of(text)).append("\n");
  return line;
}

std::optional<std::string_view> open_line(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (line.size() < crc_digits + 1 || line[line.size() - crc_digits - 1] != '\t') return std::nullopt;
  const auto text = line.substr(0, line.size() - crc_digits - 1);
  if (line.substr(line.size() - crc_digits) != crc_of(text)) return std::nullopt;
  return text;
}

LineCount read_lines(std::string_view bytes, const std::function<void(std::string_view)>& each) {
  LineCount count;
  while (count.consumed < bytes.size()) {
    const std::size_t end = bytes.find('\n', count.consumed);
    if (end == std::string_view::npos) break;
    auto line = bytes.substr(count.consumed, end - count.consumed);
    count.consumed = end + 1;
    // A hole of zeros may stand in front of a good line: a network file system extended the file before a
    // crash.
    const auto text_begin = line.find_first_not_of('\0');
    const bool hole = text_begin != 0;
    if (hole) line.remove_prefix(text_begin == std::string_view::npos ? line.size() : text_begin);
    const auto text = open_line(line);
    if (text) each(*text);
    count.good += text ? 1 : 0;
    count.damaged += text && !hole ? 0 : 1;
  }
  return count;
}

}  // namespace sluice
