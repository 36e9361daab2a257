// The few things that HTML and SVG are made with. All text comes from outside and is hostile: names of tasks,
// logs, paths, hyperparameters. It enters a page through `escape` and no other way.
#pragma once

#include <string>
#include <string_view>

namespace sluice::html {

/// For element content and for attribute values in quotes. Control characters and stray bytes are spelled
/// out.
std::string escape(std::string_view text);

/// <tag class="css">text</tag>, with the text escaped; no class attribute when `css` is empty.
std::string element(std::string_view tag, std::string_view css, std::string_view text);

/// A number with two digits after the point at most, as SVG wants it.
std::string svg_number(double value);

}  // namespace sluice::html
