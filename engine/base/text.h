// Text that a person typed or a program produced, before it is shown or taken apart: UTF-8 characters, what
// may not reach a terminal, which word was probably meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

bool is_utf8(std::string_view text);  ///< well-formed: no overlong forms, no surrogates
/// One view for each character; a byte that belongs to none is a character of its own.
std::vector<std::string_view> utf8_characters(std::string_view text);
std::size_t utf8_length(std::string_view text);
bool is_control(std::string_view character);  ///< C0, DEL and C1 controls, and stray bytes
bool has_control(std::string_view text);
/// The text with control characters written as \x1b, so that it can't steer a terminal; newlines stay.
std::string printable(std::string_view text);

std::string lower(std::string_view text);                       ///< ASCII letters
std::string plural(std::int64_t count, std::string_view noun);  ///< "1 task", "2 tasks"

/// The words of `text` in lines of at most `width` characters that begin at column `indent`; the first line's
/// indentation is there already.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

/// `*` stands for any characters, `?` for one; everything else, brackets too, for itself.
bool matches_wildcards(std::string_view pattern, std::string_view text);

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours; letter case is
/// ignored. Gives up above `limit` and says limit + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace sluice
