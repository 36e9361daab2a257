// The few things that everything in the HTML page is made with. All text comes from outside and is hostile:
// names of tasks, logs, paths. It enters the page through `escape` and no other way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::report {

/// For element content and for attribute values in quotes. Control characters and stray bytes are spelled
/// out.
std::string escape(std::string_view text);

/// <tag class="css">text</tag>, with the text escaped; no class attribute when `css` is empty.
std::string element(std::string_view tag, std::string_view css, std::string_view text);

/// "2026-11-21 09:17:03 CET"; in the time zone of this machine.
std::string time_text(std::int64_t wall_ns);

/// A number with two digits after the point at most, as SVG wants it.
std::string svg_number(double value);

/// "100 000": three digits and three digits, with narrow blanks that do not break.
std::string grouped(std::size_t number);
std::string count_of(std::size_t count, std::string_view noun);  ///< "1 task", "12 tasks"

}  // namespace sluice::report
