#include "engine/report/paint.h"

#include "engine/base/text.h"

namespace sluice::report {

namespace {

std::string_view code(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\x1b[1m";
    case Tone::faint: return "\x1b[2m";
    case Tone::good: return "\x1b[32m";
    case Tone::kept: return "\x1b[36m";
    case Tone::active: return "\x1b[33m";
    case Tone::bad: return "\x1b[1;31m";
  }
  return "";
}

/// One line of printable text; in ASCII every other character becomes a question mark.
std::string tame(std::string_view text, bool utf8) {
  std::string out;
  for (const char c : printable(text)) out += c == '\n' ? ' ' : c;
  if (utf8) return out;
  std::string ascii;
  for (const std::string_view character : utf8_characters(out)) {
    if (character.size() == 1)
      ascii += character;
    else
      ascii += '?';
  }
  return ascii;
}

}  // namespace

std::string paint(std::string_view text, Tone tone, bool colour) {
  const std::string_view begin = colour ? code(tone) : std::string_view();
  if (begin.empty() || text.empty()) return std::string(text);
  return std::string(begin) + std::string(text) + "\x1b[0m";
}

std::string clipped(std::string_view text, std::size_t width, bool utf8) {
  std::string tamed = tame(text, utf8);
  const auto characters = utf8_characters(tamed);
  if (characters.size() <= width) return tamed;
  const std::string_view ellipsis = utf8 ? "…" : "~";
  if (width == 0) return "";
  std::string out;
  for (std::size_t i = 0; i + 1 < width; ++i) out += characters[i];
  return out + std::string(ellipsis);
}

std::string fitted(std::string_view text, std::size_t width, bool utf8) {
  std::string out = clipped(text, width, utf8);
  return out + std::string(width - utf8_length(out), ' ');
}

std::size_t visible_width(std::string_view painted) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < painted.size(); ++i) {
    if (painted[i] == '\x1b') {
      i = painted.find('m', i);
      if (i == std::string_view::npos) break;
    } else if ((static_cast<unsigned char>(painted[i]) & 0xc0U) != 0x80U) {
      ++width;
    }
  }
  return width;
}

}  // namespace sluice::report
