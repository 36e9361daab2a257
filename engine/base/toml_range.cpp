// Finds a stretch of a text value in the file it was read from: walks the literal and counts what each
// escape, line break and folded line contributes to the value.
#include <algorithm>

#include "engine/base/text.h"
#include "engine/base/toml.h"

namespace sluice {

namespace {

/// A place in a text that moves by characters and knows its line and column.
class Cursor {
 public:
  /// `text` begins with the line that `at` is on.
  Cursor(std::string_view text, const SourceRange& at) : text_(text), at_(at) {
    for (std::uint32_t column = 1; column < at.column; ++column) rest_ += character(rest_);
  }

  bool done() const { return rest_ >= text_.size(); }
  bool at(std::string_view what) const { return text_.substr(rest_).starts_with(what); }
  std::string_view next(std::size_t bytes) const { return text_.substr(rest_, bytes); }
  const SourceRange& place() const { return at_; }

  /// Moves over one character and returns its bytes.
  std::string_view step() {
    const std::string_view taken = text_.substr(rest_, character(rest_));
    rest_ += taken.size();
    if (taken == "\n") {
      ++at_.line;
      at_.column = 1;
    } else {
      ++at_.column;
    }
    return taken;
  }

  void step(std::size_t characters) {
    while (characters-- > 0 && !done()) step();
  }

 private:
  std::size_t character(std::size_t from) const {
    const auto lead = from < text_.size() ? static_cast<unsigned char>(text_[from]) : 0U;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return std::min(size, text_.size() - std::min(from, text_.size()));
  }

  std::string_view text_;
  SourceRange at_;
  std::size_t rest_ = 0;
};

bool is_blank(Cursor& cursor) {
  return cursor.at(" ") || cursor.at("\t") || cursor.at("\n") || cursor.at("\r");
}

std::size_t utf8_size(std::string_view hex) {
  std::uint32_t code = 0;
  for (const char c : hex)
    code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/// Moves over one escape sequence; how many bytes it stands for.
std::size_t step_escape(Cursor& cursor) {
  cursor.step();
  if (cursor.at("x") || cursor.at("u") || cursor.at("U")) {
    const std::size_t digits = cursor.at("x") ? 2 : cursor.at("u") ? 4 : 8;
    cursor.step();
    const std::size_t bytes = utf8_size(cursor.next(digits));
    cursor.step(digits);
    return bytes;
  }
  if (is_blank(cursor)) {  // a backslash at the end of a line folds it
    while (!cursor.done() && is_blank(cursor)) cursor.step();
    return 0;
  }
  cursor.step();
  return 1;
}

}  // namespace

SourceRange range_inside(const TomlValue& text, std::size_t offset, std::size_t length,
                         const Diagnostics& diagnostics) {
  if (!text.is_text() || text.range.line == 0 || diagnostics.is_flooded()) return text.range;
  Cursor cursor(diagnostics.source_from(text.range), text.range);
  const bool literal = cursor.at("'");
  const std::string_view quote = literal ? "'" : "\"";
  if (!cursor.at(quote)) return text.range;
  const bool multi_line = cursor.at(literal ? "'''" : "\"\"\"");
  cursor.step(multi_line ? 3 : 1);
  if (multi_line && cursor.at("\r")) cursor.step();
  if (multi_line && cursor.at("\n")) cursor.step();

  std::size_t at = 0;
  const auto walk_to = [&](std::size_t target) {
    while (at < target && !cursor.done())
      at += !literal && cursor.at("\\") ? step_escape(cursor) : cursor.step().size();
  };
  walk_to(offset);
  SourceRange range = cursor.place();
  walk_to(offset + length);
  const SourceRange& end = cursor.place();
  range.length = end.line == range.line ? std::max<std::uint32_t>(end.column - range.column, 1) : 1;
  return range;
}

}  // namespace sluice
