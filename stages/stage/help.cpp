#include "stages/stage/help.h"

#include <algorithm>
#include <sstream>

#include "engine/base/text.h"
#include "stages/stage/value.h"

namespace sluice::stage {

namespace {

constexpr std::size_t line_width = 100;
constexpr std::size_t widest_flag = 32;  // a longer one gets a line of its own

struct Row {
  std::string flag;
  std::string text;
};

std::string joined(const std::vector<std::string>& parts, const std::string& separator) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

std::string section(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::size_t indent = 0;
  for (const Row& row : rows)
    if (row.flag.size() <= widest_flag) indent = std::max(indent, row.flag.size() + 4);
  if (indent == 0) indent = widest_flag + 4;
  std::string out = "\n" + title + ":\n";
  for (const Row& row : rows) {
    out += "  " + row.flag;
    out += row.flag.size() + 4 <= indent ? std::string(indent - row.flag.size() - 2, ' ')
                                         : "\n" + std::string(indent, ' ');
    out += wrapped(row.text, indent, line_width) + "\n";
  }
  return out;
}

std::string placeholder(const Parameter& parameter) {
  static constexpr const char* words[] = {"N", "X", "TEXT", "true|false", "NAME", "BYTES", "TIME"};
  std::string word = parameter.data ? "NAME" : words[static_cast<std::size_t>(parameter.type)];
  return parameter.list ? word + "..." : word;
}

std::string placeholder(Kind kind) {
  return kind == Kind::file ? "FILE" : kind == Kind::folder ? "FOLDER" : "PATH";
}

std::string range_text(const Parameter& parameter) {
  if (parameter.minimum && parameter.maximum)
    return value_with_unit(parameter, *parameter.minimum) + " to " +
           value_with_unit(parameter, *parameter.maximum);
  if (parameter.minimum) return "at least " + value_with_unit(parameter, *parameter.minimum);
  return "at most " + value_with_unit(parameter, *parameter.maximum);
}

std::string standard_text(const Parameter& parameter) {
  if (parameter.standard.empty()) return "default: none";
  std::vector<std::string> items;
  for (const Scalar& item : parameter.standard) items.push_back(value_with_unit(parameter, item));
  const std::string text = joined(items, " ");
  return "default " + (text.empty() ? "\"\"" : text);
}

/// What the table knows beyond the help text, in brackets.
std::string facts(const Parameter& parameter) {
  std::vector<std::string> parts;
  if (parameter.required) parts.emplace_back("required");
  if (parameter.has_standard) parts.push_back(standard_text(parameter));
  if (!parameter.has_standard && !parameter.unit.empty()) parts.push_back("in " + parameter.unit);
  if (parameter.minimum || parameter.maximum) parts.push_back(range_text(parameter));
  if (!parameter.choices.empty()) parts.push_back("one of " + joined(parameter.choices, ", "));
  if (parameter.data)
    parts.push_back("a file *" + parameter.data->suffix + " in data folder " + parameter.data->folder +
                    ", or a path");
  if (parameter.extending) parts.emplace_back("more of it goes on with earlier work");
  return parts.empty() ? "" : " [" + joined(parts, "; ") + "]";
}

std::vector<Row> input_rows(const Description& description) {
  std::vector<Row> rows;
  for (const Input& input : description.inputs)
    rows.push_back({"--input." + input.name + " " + placeholder(input.kind) + (input.list ? "..." : ""),
                    input.help + (input.optional ? " [optional]" : "")});
  return rows;
}

std::vector<Row> output_rows(const Description& description) {
  std::vector<Row> rows;
  for (const Output& output : description.outputs)
    rows.push_back({"--output." + output.name + " " + placeholder(output.kind),
                    output.help + (output.optional ? " [optional]" : "")});
  return rows;
}

std::vector<Row> parameter_rows(const Description& description) {
  std::vector<Row> rows;
  for (const Parameter& parameter : description.parameters)
    rows.push_back({"--" + parameter.name + " " + placeholder(parameter), parameter.help + facts(parameter)});
  return rows;
}

std::vector<Row> common_rows(const Description& description) {
  std::vector<Row> rows;
  if (description.resumable || description.coordinator)
    rows.push_back(
        {"--state FOLDER",
         "where it keeps what it needs to go on; with it, TERM, USR2 or Ctrl-C stop at a checkpoint"});
  if (description.strict)
    rows.push_back({"--strict", "stop at the first bad event instead of skipping and counting it"});
  rows.push_back({"--threads N", "threads to use [default: all that this process may use]"});
  rows.push_back({"--describe", "print this table as JSON"});
  rows.push_back({"--version", "print the version"});
  rows.push_back({"--help", "print this"});
  rows.push_back({"@FILE", "in front of the flags: more arguments, one a line"});
  return rows;
}

std::string usage_line(const Description& description) {
  std::string line = description.name;
  for (const Input& input : description.inputs)
    if (!input.optional)
      line += " --input." + input.name + " " + placeholder(input.kind) + (input.list ? "..." : "");
  for (const Parameter& parameter : description.parameters)
    if (parameter.required) line += " --" + parameter.name + " " + placeholder(parameter);
  for (const Output& output : description.outputs)
    if (!output.optional) line += " --output." + output.name + " " + placeholder(output.kind);
  return wrapped(line + " [--FLAG VALUE ...]", 2, line_width);
}

}  // namespace

std::string help(const Description& description) {
  std::string out = description.name + ": " + description.summary + "\n\n  " + usage_line(description) + "\n";
  out += section("Inputs", input_rows(description));
  out += section("Outputs", output_rows(description));
  out += section("Parameters", parameter_rows(description));
  out += section("Every stage", common_rows(description));
  std::string codes = "Exit codes: 0 done, 64 bad usage, 65 bad input data, 70 a bug, 74 I/O";
  if (description.resumable || description.coordinator) codes += ", 75 stopped at a checkpoint: run it again";
  return out + "\n" + wrapped(codes, 0, line_width) + "\n";
}

}  // namespace sluice::stage
