#include "engine/base/arguments_file.h"

#include "engine/base/json.h"

namespace sluice {

namespace {

bool needs_quotes(std::string_view argument) {
  return argument.empty() || argument.front() == '#' || argument.front() == '"' || argument.back() == '\r' ||
         argument.find('\n') != std::string_view::npos;
}

Result<std::string> unquoted(std::string_view line, const std::string& where) {
  auto value = parse_json(line, where);
  if (value && value->is_string() && value->get_string().find('\0') == json::string::npos)
    return std::string(value->get_string());
  return Error{"a line that begins with '\"' has to be one JSON string", where,
               "close the quotes, and write \\\" and \\\\ for quotes and backslashes inside",
               ErrorKind::usage};
}

}  // namespace

std::string format_arguments_file(std::span<const std::string> arguments) {
  std::string text;
  for (const std::string& argument : arguments) {
    text += needs_quotes(argument) ? json::serialize(json::value(argument)) : argument;
    text += '\n';
  }
  return text;
}

Result<std::vector<std::string>> parse_arguments_file(std::string_view text, const std::string& where) {
  std::vector<std::string> arguments;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string place = where + ":" + std::to_string(number);
    if (line.find('\0') != std::string_view::npos)
      return Error{"the line holds a NUL byte", place, "is this a text file?", ErrorKind::usage};
    if (line.front() != '"') {
      arguments.emplace_back(line);
      continue;
    }
    auto argument = unquoted(line, place);
    if (!argument) return std::move(argument).error();
    arguments.push_back(*std::move(argument));
  }
  return arguments;
}

}  // namespace sluice
