#include "engine/report/html.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "engine/base/text.h"

namespace sluice::report {

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

std::string time_text(std::int64_t wall_ns) {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  const std::time_t seconds = wall_ns / ns_per_s;
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "?";
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &local);
  return {text.data(), size};
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

std::string grouped(std::size_t number) {
  constexpr std::size_t group = 3;
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > group;) digits.insert(at -= group, "\u202f");
  return digits;
}

std::string count_of(std::size_t count, std::string_view noun) {
  return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace sluice::report
