#include "engine/base/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "engine/base/text.h"

namespace sluice {

namespace {

constexpr int deepest = 64;         // tables and arrays within each other
constexpr int most_key_parts = 32;  // a.b.c: toml++ recurses over them without a limit of its own
constexpr std::size_t largest_file = 256U << 20U;

SourceRange range_of(std::uint32_t file, const toml::source_region& region) {
  const auto& [begin, end, path] = region;
  const bool one_line = begin.line == end.line && end.column > begin.column;
  return {file, begin.line, begin.column, one_line ? end.column - begin.column : 1};
}

/// Converts toml++'s tree; says no where it is nested too deeply to be meant.
class Converter {
 public:
  Converter(std::uint32_t file, Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  bool convert(const toml::node& node, TomlValue& out, int depth = 0) {
    out.range = range_of(file_, node.source());
    if (depth > deepest) {
      diagnostics_.error(out.range, "nested more than " + std::to_string(deepest) + " deep");
      return false;
    }
    if (const auto* table = node.as_table()) return convert_table(*table, out, depth);
    if (const auto* array = node.as_array()) return convert_array(*array, out, depth);
    convert_scalar(node, out);
    return true;
  }

 private:
  bool convert_table(const toml::table& table, TomlValue& out, int depth) {
    out.kind = TomlValue::Kind::table;
    out.members.reserve(table.size());
    for (const auto& [key, node] : table) {
      TomlMember member{std::string(key.str()), range_of(file_, key.source()), {}};
      if (!convert(node, member.value, depth + 1)) return false;
      out.members.push_back(std::move(member));
    }
    std::stable_sort(out.members.begin(), out.members.end(), [](const TomlMember& a, const TomlMember& b) {
      return std::pair(a.key_range.line, a.key_range.column) <
             std::pair(b.key_range.line, b.key_range.column);
    });
    return true;
  }

  bool convert_array(const toml::array& array, TomlValue& out, int depth) {
    out.kind = TomlValue::Kind::array;
    out.items.resize(array.size());
    for (std::size_t i = 0; i < array.size(); ++i)
      if (!convert(array[i], out.items[i], depth + 1)) return false;
    return true;
  }

  static void convert_scalar(const toml::node& node, TomlValue& out) {
    if (const auto* text = node.as_string()) {
      out.kind = TomlValue::Kind::text;
      out.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
      out.kind = TomlValue::Kind::integer;
      out.integer = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
      out.kind = TomlValue::Kind::real;
      out.real = real->get();
    } else if (const auto* boolean = node.as_boolean()) {
      out.kind = TomlValue::Kind::boolean;
      out.boolean = boolean->get();
    } else {
      out.kind = TomlValue::Kind::time;
      std::ostringstream written;
      if (const auto* date = node.as_date()) written << *date;
      if (const auto* time = node.as_time()) written << *time;
      if (const auto* both = node.as_date_time()) written << *both;
      out.text = written.str();
    }
  }

  std::uint32_t file_;
  Diagnostics& diagnostics_;
};

/// The place of a key with absurdly many parts, before toml++ recurses over them: runs of words joined by
/// dots.
std::optional<SourceRange> find_endless_key(std::uint32_t file, std::string_view text) {
  std::uint32_t line = 1;
  std::uint32_t column = 0;
  int parts = 1;
  char before = '\n';  // the last character that is no blank
  bool blank = false;  // one lies between `before` and here
  for (const char c : text) {
    ++column;
    if (c == ' ' || c == '\t') {
      blank = true;
      continue;
    }
    const bool joins = c == '.' && before != '.';
    const bool new_word = blank && c != '.' && before != '.';
    if (joins) ++parts;
    if (new_word || (c == '.' && !joins) || c == '\n' || c == '=' || c == ',' || c == '[' || c == '{')
      parts = 1;
    if (parts > most_key_parts) return SourceRange{file, line, column, 1};
    if (c == '\n') {
      ++line;
      column = 0;
    }
    before = c;
    blank = false;
  }
  return std::nullopt;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string hint_for(std::string_view problem) {
  if (contains(problem, "could not determine value type") || contains(problem, "expected 'nan'") ||
      contains(problem, "expected 'inf'") || contains(problem, "expected 'true'") ||
      contains(problem, "expected 'false'"))
    return "text stands in quotes: \"like this\"";
  if (contains(problem, "expected a comment or whitespace, saw"))
    return "the value ends here; text stands in quotes: \"like this\"";
  if (contains(problem, "cannot redefine")) return "a key or a table can be written only once";
  if (contains(problem, "unknown escape sequence")) return "write \\\\ for a backslash, or 'single quotes'";
  if (contains(problem, "is not representable in 64 bits")) return "integers go up to 9223372036854775807";
  return {};
}

/// What toml++ calls a control character is, to a person, a text without its closing quote.
bool ends_in_text(std::string_view problem, std::string_view line, std::uint32_t column) {
  return contains(problem, "unescaped control characters") && column > utf8_length(line);
}

/// toml++ points behind a key that stands twice, of a table's header even into the next line; this finds the
/// key.
SourceRange at_repeated_key(SourceRange range, std::string_view problem, const Diagnostics& diagnostics) {
  const std::size_t open = problem.find('\'');
  const std::size_t close = problem.rfind('\'');
  if (open >= close) return range;
  const std::string_view key = problem.substr(open + 1, close - open - 1);
  for (const bool line_before : {false, true}) {
    SourceRange at = range;
    if (line_before && at.line-- == 1) break;
    const std::string_view line = diagnostics.source_line(at);
    const std::vector<std::string_view> characters = utf8_characters(line);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < characters.size() && (line_before || i + 1 < at.column); ++i)
      bytes += characters[i].size();
    const std::size_t found = line.substr(0, bytes + key.size()).rfind(key);
    if (found == std::string_view::npos) continue;
    at.column = static_cast<std::uint32_t>(utf8_length(line.substr(0, found)) + 1);
    at.length = static_cast<std::uint32_t>(utf8_length(key));
    return at;
  }
  return range;
}

/// "Error while parsing string: X" -> "not valid TOML: X (in the string)".
void report(const toml::parse_error& error, std::uint32_t file, Diagnostics& diagnostics) {
  std::string_view problem = error.description();
  std::string context;
  constexpr std::string_view prefix = "Error while parsing ";
  if (problem.starts_with(prefix)) {
    const std::size_t colon = problem.find(": ");
    if (colon != std::string_view::npos) {
      context = " (in the " + std::string(problem.substr(prefix.size(), colon - prefix.size())) + ")";
      problem.remove_prefix(colon + 2);
    }
  }
  SourceRange range = range_of(file, error.source());
  const std::string_view line = diagnostics.source_line(range);
  if (ends_in_text(problem, line, range.column)) {
    diagnostics.error(range, "not valid TOML: the text does not end on its line",
                      "close it with the quote it began with");
    return;
  }
  if (contains(problem, "cannot redefine")) range = at_repeated_key(range, problem, diagnostics);
  diagnostics.error(range, "not valid TOML: " + std::string(problem) + context, hint_for(problem));
}

}  // namespace

const TomlMember* TomlValue::find(std::string_view key) const {
  for (const TomlMember& member : members)
    if (member.key == key) return &member;
  return nullptr;
}

std::string_view kind_name(TomlValue::Kind kind) {
  switch (kind) {
    case TomlValue::Kind::text: return "a text";
    case TomlValue::Kind::integer: return "an integer";
    case TomlValue::Kind::real: return "a number";
    case TomlValue::Kind::boolean: return "true or false";
    case TomlValue::Kind::time: return "a date or time";
    case TomlValue::Kind::array: return "a list";
    case TomlValue::Kind::table: return "a table";
  }
  return "a value";
}

std::optional<TomlValue> parse_toml(std::uint32_t file, Diagnostics& diagnostics) {
  const std::string& text = diagnostics.source_text(file);
  if (text.size() > largest_file) {
    diagnostics.error({file, 0, 0, 1}, "larger than 256 MB");
    return std::nullopt;
  }
  if (const auto place = find_endless_key(file, text)) {
    diagnostics.error(*place, "a key of more than " + std::to_string(most_key_parts) + " parts");
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    report(parsed.error(), file, diagnostics);
    return std::nullopt;
  }
  TomlValue root;
  if (!Converter(file, diagnostics).convert(parsed.table(), root)) return std::nullopt;
  return root;
}

}  // namespace sluice
