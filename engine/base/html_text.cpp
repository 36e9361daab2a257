#include "engine/base/html_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "engine/base/text.h"

namespace sluice::html {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const std::string_view character : utf8_characters(text)) {
    if (character == "&")
      out += "&amp;";
    else if (character == "<")
      out += "&lt;";
    else if (character == ">")
      out += "&gt;";
    else if (character == "\"")
      out += "&quot;";
    else if (character == "'")
      out += "&#39;";
    else if (is_control(character) && character != "\n" && character != "\t")
      out += printable(character);
    else
      out += character;
  }
  return out;
}

std::string element(std::string_view tag, std::string_view css, std::string_view text) {
  std::string out = "<" + std::string(tag);
  if (!css.empty()) out += " class=\"" + std::string(css) + "\"";
  return out + ">" + escape(text) + "</" + std::string(tag) + ">";
}

std::string svg_number(double value) {
  std::array<char, 40> text{};
  const double rounded = std::round(value * 100) / 100;
  std::snprintf(text.data(), text.size(), "%.2f", rounded == 0 ? 0.0 : rounded);
  std::string number = text.data();
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

}  // namespace sluice::html
