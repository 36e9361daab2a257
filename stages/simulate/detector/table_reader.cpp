#include "stages/simulate/detector/table_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sluice::simulate {

namespace {

std::string text_of(double number) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

}  // namespace

const TomlMember* TableReader::take(std::string_view key, bool needed) {
  known_.emplace_back(key);
  const TomlMember* member = table_.find(key);
  if (member == nullptr && needed) diagnostics_.error(table_.range, quoted(key) + " is missing in " + what_);
  return member;
}

double TableReader::checked(const TomlValue& value, std::string_view key, Bounds bounds) {
  const bool is_number = value.kind == TomlValue::Kind::integer || value.kind == TomlValue::Kind::real;
  if (!is_number) {
    diagnostics_.error(value.range,
                       quoted(key) + " has to be a number, not " + std::string(kind_name(value.kind)));
    return bounds.least;
  }
  const double number =
      value.kind == TomlValue::Kind::integer ? static_cast<double>(value.integer) : value.real;
  if (number >= bounds.least && number <= bounds.most) return number;
  diagnostics_.error(value.range,
                     quoted(key) + (std::isfinite(number) ? " is out of range" : " is not a finite number"),
                     "it has to be from " + text_of(bounds.least) + " to " + text_of(bounds.most));
  return bounds.least;
}

double TableReader::number(std::string_view key, Bounds bounds) {
  const TomlMember* member = take(key);
  return member == nullptr ? bounds.least : checked(member->value, key, bounds);
}

double TableReader::number_or(std::string_view key, Bounds bounds, double standard) {
  const TomlMember* member = take(key, false);
  return member == nullptr ? standard : checked(member->value, key, bounds);
}

int TableReader::whole(std::string_view key, Bounds bounds) {
  const double value = number(key, bounds);
  if (value != std::floor(value)) report(key, quoted(key) + " has to be a whole number");
  return static_cast<int>(value);
}

std::vector<double> TableReader::numbers(std::string_view key, Bounds bounds, std::size_t count) {
  const TomlMember* member = take(key);
  std::vector<double> values(std::max<std::size_t>(count, 1), bounds.least);
  if (member == nullptr) return values;
  if (!member->value.is_array() || member->value.items.empty()) {
    diagnostics_.error(member->value.range, quoted(key) + " has to be a list of numbers");
    return values;
  }
  if (count != 0 && member->value.items.size() != count) {
    diagnostics_.error(member->value.range, quoted(key) + " has to hold " + std::to_string(count) +
                                                " numbers, not " +
                                                std::to_string(member->value.items.size()));
    return values;
  }
  values.clear();
  for (const TomlValue& item : member->value.items) values.push_back(checked(item, key, bounds));
  return values;
}

std::string TableReader::text(std::string_view key) {
  const TomlMember* member = take(key);
  if (member == nullptr) return "";
  if (!member->value.is_text()) diagnostics_.error(member->value.range, quoted(key) + " has to be a text");
  return member->value.text;
}

std::size_t TableReader::choice(std::string_view key, const std::vector<std::string>& choices) {
  const TomlMember* member = take(key);
  if (member == nullptr) return 0;
  const auto found = std::find(choices.begin(), choices.end(), member->value.text);
  if (member->value.is_text() && found != choices.end())
    return static_cast<std::size_t>(found - choices.begin());
  diagnostics_.error(member->value.range, quoted(key) + " is none of those that there are",
                     suggest(member->value.text, choices));
  return 0;
}

const TomlValue* TableReader::table(std::string_view key) {
  const TomlMember* member = take(key);
  if (member == nullptr) return nullptr;
  if (member->value.is_table()) return &member->value;
  diagnostics_.error(member->value.range, quoted(key) + " has to be a table");
  return nullptr;
}

std::vector<const TomlValue*> TableReader::tables(std::string_view key) {
  std::vector<const TomlValue*> found;
  const TomlMember* member = take(key);
  if (member == nullptr) return found;
  if (member->value.is_array())
    for (const TomlValue& item : member->value.items)
      if (item.is_table()) found.push_back(&item);
  if (found.empty() || found.size() != member->value.items.size()) {
    diagnostics_.error(member->value.range, quoted(key) + " has to be a list of tables",
                       "write [[" + std::string(key) + "]] above each of them");
    found.clear();
  }
  return found;
}

void TableReader::report(std::string_view key, std::string message, std::string hint) {
  const TomlMember* member = table_.find(key);
  diagnostics_.error(member == nullptr ? table_.range : member->value.range, std::move(message),
                     std::move(hint));
}

void TableReader::finish() {
  for (const TomlMember& member : table_.members)
    if (std::find(known_.begin(), known_.end(), member.key) == known_.end())
      diagnostics_.error(member.key_range, "unknown key " + quoted(member.key) + " in " + what_,
                         suggest(member.key, known_));
}

}  // namespace sluice::simulate
