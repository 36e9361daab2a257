#include "stages/import/inspect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "engine/base/json.h"
#include "stages/edm4hep/reader.h"

namespace sluice::import {

namespace {

using edm4hep::Column;
using edm4hep::ColumnInfo;
using edm4hep::EntryRange;
using edm4hep::Reader;
using edm4hep::Request;

constexpr std::uint64_t bytes_at_once = std::uint64_t{64} << 20;
constexpr std::size_t entries_shown = 12;
constexpr std::size_t numbers_shown = 3;

/// The column that tells how many objects a collection has: any that has one element for each.
std::string counting_column(const Reader& reader, const edm4hep::Collection& collection) {
  if (collection.subset) return collection.name + ".objects.index";
  if (reader.has(collection.name)) return collection.name;
  for (const ColumnInfo& column : reader.columns())
    if (column.name.starts_with(collection.name + ".")) return column.name;
  return collection.name + ".from.index";
}

struct Sums {
  std::uint64_t count = 0;
  std::vector<std::uint64_t> per_event;
  double sum = 0;
  std::vector<std::string> first;
};

template <typename T>
std::string digits(T value, auto... format) {
  std::array<char, 64> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...).ptr};
}

constexpr double exact = 9007199254740992.0;  // 2^53: from here on doubles leave integers out

template <typename T>
std::string number_text(T value) {
  return std::abs(static_cast<double>(value)) > exact ? '"' + digits(value) + '"' : digits(value);
}

/// As JavaScript writes it, so that files can be compared as texts, too: below 1e21 without an exponent, and
/// zeros after the digits that tell it from other doubles.
std::string number_text(double value) {
  if (!std::isfinite(value)) return "null";
  if (std::abs(value) <= exact || std::abs(value) >= 1e21) return digits(value);
  std::string text = digits(value, std::chars_format::scientific);
  const std::size_t exponent_at = text.find('e');
  const std::size_t length = static_cast<std::size_t>(std::stoi(text.substr(exponent_at + 1))) + 1;
  text.resize(exponent_at);
  std::erase(text, '.');
  text.resize(length + (value < 0 ? 1 : 0), '0');
  return text;
}

/// As JSON readers see a float: the double of the same value.
auto widened(float value) { return static_cast<double>(value); }
template <typename T>
T widened(T value) {
  return value;
}

template <typename T>
void add(const Column& column, Sums& sums) {
  for (std::uint64_t event = 0; event < column.entries() && sums.per_event.size() < entries_shown; ++event)
    sums.per_event.push_back(column.objects(event));
  for (const T value : column.all<T>()) {
    sums.sum += static_cast<double>(value);
    if (sums.first.size() < numbers_shown) sums.first.push_back(number_text(widened(value)));
  }
  sums.count += column.objects();
}

std::string to_json(const std::string& name, const Sums& sums) {
  std::string text = "  " + json::serialize(json::string(name)) + ": {\"n\": " + std::to_string(sums.count);
  text += ", \"per_event\": [";
  for (std::size_t i = 0; i < sums.per_event.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(sums.per_event[i]);
  text += "], \"sum\": " + number_text(sums.sum) + ", \"first\": [";
  for (std::size_t i = 0; i < sums.first.size(); ++i) text += (i == 0 ? "" : ", ") + sums.first[i];
  return text + "]}";
}

}  // namespace

Result<std::string> list_contents(const std::string& path) {
  auto reader = Reader::open(path);
  if (!reader) return std::move(reader).error();
  std::vector<Request> requests;
  for (const auto& collection : reader->collections())
    requests.push_back({counting_column(*reader, collection), {}});
  std::vector<std::uint64_t> counts(requests.size());
  for (const EntryRange& range : reader->ranges(requests, bytes_at_once)) {
    auto columns = reader->read(requests, range);
    if (!columns) return std::move(columns).error();
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += (*columns)[i].objects();
  }
  std::size_t widest = 0;
  for (const auto& collection : reader->collections()) widest = std::max(widest, collection.name.size());
  std::string text =
      path + ": " + std::to_string(reader->entries()) + " events, written by " + reader->written_by() + "\n";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto& collection = reader->collections()[i];
    char count[24];
    (void)std::snprintf(count, sizeof count, "%10llu", static_cast<unsigned long long>(counts[i]));
    text += collection.name + std::string(widest - collection.name.size(), ' ') + " " + count + "  " +
            (collection.type.empty() ? "(type unknown)" : collection.type) +
            (collection.subset ? ", subset" : "") + "\n";
  }
  return text;
}

Result<std::string> sum_columns(const std::string& path, int threads) {
  auto reader = Reader::open(path);
  if (!reader) return std::move(reader).error();
  std::vector<Request> requests;
  for (const ColumnInfo& column : reader->columns())
    if (column.width == 1) requests.push_back({column.name, {}});
  std::vector<Sums> sums(requests.size());
  for (const EntryRange& range : reader->ranges(requests, bytes_at_once)) {
    auto columns = reader->read(requests, range, threads);
    if (!columns) return std::move(columns).error();
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const Column& column = (*columns)[i];
      edm4hep::with_type(column.type(), [&](auto zero) { add<decltype(zero)>(column, sums[i]); });
    }
  }
  std::string text = "{\"entries\": " + std::to_string(reader->entries()) + ", \"columns\": {\n";
  for (std::size_t i = 0; i < sums.size(); ++i)
    text += to_json(requests[i].name, sums[i]) + (i + 1 < sums.size() ? ",\n" : "\n");
  return text + "}}\n";
}

}  // namespace sluice::import
