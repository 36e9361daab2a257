// Colour and width of text on a terminal. Colours are named by what they say, not by what they look like.
#pragma once

#include <string>
#include <string_view>

namespace sluice::report {

enum class Tone : unsigned char { plain, strong, faint, good, kept, active, bad };

/// The text between escape sequences, or as it is.
std::string paint(std::string_view text, Tone tone, bool colour);

/// At most `width` characters, the end replaced by an ellipsis; nothing in it can steer the terminal.
std::string clipped(std::string_view text, std::size_t width, bool utf8);
/// Exactly `width` characters: clipped, or filled with blanks on the right.
std::string fitted(std::string_view text, std::size_t width, bool utf8);

/// Characters without escape sequences.
std::size_t visible_width(std::string_view painted);

}  // namespace sluice::report
