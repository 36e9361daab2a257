#include "engine/base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <span>
#include <vector>

namespace sluice {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kilo = 1e3;
constexpr double kibi = 1024;
constexpr std::array<Unit, 10> byte_units = {{{"B", 1},
                                              {"kB", kilo},
                                              {"KB", kilo},
                                              {"MB", kilo* kilo},
                                              {"GB", kilo* kilo* kilo},
                                              {"TB", kilo* kilo* kilo* kilo},
                                              {"KiB", kibi},
                                              {"MiB", kibi* kibi},
                                              {"GiB", kibi* kibi* kibi},
                                              {"TiB", kibi* kibi* kibi* kibi}}};
constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;
constexpr std::array<Unit, 6> time_units = {
    {{"d", day}, {"h", hour}, {"min", minute}, {"s", 1}, {"sec", 1}, {"ms", 1e-3}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "12", "1.5": no sign, no exponent. Takes it off the front.
std::optional<double> take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, value, std::chars_format::fixed);
  if (end == 0 || error != std::errc() || stop != text.data() + end || text[end - 1] == '.')
    return std::nullopt;
  text.remove_prefix(end);
  return value;
}

std::string_view take_word(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  std::size_t end = 0;
  while (end < text.size() && is_letter(text[end])) ++end;
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return word;
}

const Unit* find_unit(std::string_view name, std::span<const Unit> units) {
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : &*found;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Error unknown_unit(std::string_view text, std::string_view unit, std::span<const Unit> units) {
  std::vector<std::string> names;
  for (const Unit& known : units) names.emplace_back(known.name);
  std::string hint = "units: ";
  for (std::size_t i = 0; i < names.size(); ++i) hint += (i == 0 ? "" : ", ") + names[i];
  return {quoted(text) + " has the unknown unit " + quoted(unit), "", hint};
}

/// 1.50 -> "1.5", 3.00 -> "3".
std::string short_number(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  std::string text = buffer;
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

Result<double> parse_clock(std::string_view text) {
  const Error wrong{quoted(text) + " is not a duration", "",
                    "write HH:MM:SS, such as \"12:00:00\", or \"12 h\""};
  double parts[3] = {0, 0, 0};
  std::string_view rest = text;
  for (int i = 0; i < 3; ++i) {
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits == 0 || digits > 6 || (i > 0 && digits != 2)) return wrong;
    std::from_chars(rest.data(), rest.data() + digits, parts[i]);
    rest.remove_prefix(digits);
    if (i < 2) {
      if (!rest.starts_with(':')) return wrong;
      rest.remove_prefix(1);
    }
  }
  if (!rest.empty() || parts[1] >= 60 || parts[2] >= 60) return wrong;
  return parts[0] * hour + parts[1] * minute + parts[2];
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
  std::string_view rest = trimmed(text);
  const auto number = take_number(rest);
  if (!number)
    return Error{quoted(text) + " is not an amount of memory", "", "write a number and a unit: \"4 GB\""};
  const std::string_view unit_name = take_word(rest);
  if (!rest.empty())
    return Error{quoted(text) + " is not an amount of memory", "", "write one number and one unit: \"4 GB\""};
  if (unit_name.empty())
    return Error{quoted(text) + " has no unit", "",
                 "write " + quoted(std::string(trimmed(text)) + " GB") + " or " +
                     quoted(std::string(trimmed(text)) + " MB")};
  const Unit* unit = find_unit(unit_name, byte_units);
  if (unit == nullptr) return unknown_unit(text, unit_name, byte_units);
  const double bytes = std::round(*number * unit->factor);
  constexpr double most = 1e18;
  if (bytes > most) return Error{quoted(text) + " is too much", "", "the most is 1000000 TB"};
  return static_cast<std::uint64_t>(bytes);
}

Result<double> parse_seconds(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.find(':') != std::string_view::npos) return parse_clock(rest);
  double total = 0;
  double last_factor = INFINITY;
  do {
    const std::string_view before = rest;
    const auto number = take_number(rest);
    if (!number)
      return Error{quoted(text) + " is not a duration", "",
                   "write a number and a unit: \"90 min\", \"1 h 30 min\""};
    const std::string amount(before.substr(0, before.size() - rest.size()));
    const std::string_view unit_name = take_word(rest);
    if (unit_name.empty())
      return Error{quoted(text) + " has no unit", "",
                   "write " + quoted(amount + " min") + " or " + quoted(amount + " s")};
    const Unit* unit = find_unit(unit_name, time_units);
    if (unit == nullptr) return unknown_unit(text, unit_name, time_units);
    if (unit->factor >= last_factor)
      return Error{quoted(text) + " is not a duration", "",
                   "write each unit once, the largest first: \"1 h 30 min\""};
    last_factor = unit->factor;
    total += *number * unit->factor;
  } while (!rest.empty());
  constexpr double most = 10000 * day;
  if (total > most) return Error{quoted(text) + " is too long", "", "the longest is 10000 d"};
  return total;
}

Result<double> parse_percent(std::string_view text) {
  std::string_view rest = trimmed(text);
  const auto number = take_number(rest);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (!number || rest != "%")
    return Error{quoted(text) + " is not a share", "", "write a percentage: \"5%\""};
  if (*number > 100) return Error{quoted(text) + " is more than all of it", "", "write at most \"100%\""};
  return *number / 100;
}

std::string format_bytes(std::uint64_t bytes) {
  static constexpr std::string_view names[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(names)) {
    value /= kilo;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return short_number(value, decimals) + " " + std::string(names[unit]);
}

std::string format_seconds(double seconds) {
  if (std::isnan(seconds)) return "?";
  if (seconds < 0) return "-" + format_seconds(-seconds);
  if (seconds == 0) return "0 s";
  if (seconds < 0.001) return "<1 ms";
  if (seconds < 0.0995) return short_number(seconds * 1e3, 0) + " ms";
  if (seconds < 9.995) return short_number(seconds, 2) + " s";
  if (seconds < 59.5) return short_number(seconds, 0) + " s";
  if (seconds > 1e15) return "for ever";
  const auto whole = static_cast<long long>(std::llround(seconds));
  char buffer[64];
  if (whole < 3600) {
    std::snprintf(buffer, sizeof buffer, "%lld min %02lld s", whole / 60, whole % 60);
  } else if (whole < 86400) {
    std::snprintf(buffer, sizeof buffer, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
  } else {
    std::snprintf(buffer, sizeof buffer, "%lld d %lld h", whole / 86400, whole / 3600 % 24);
  }
  return buffer;
}

}  // namespace sluice
