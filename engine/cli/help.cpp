#include "engine/cli/help.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/text.h"
#include "engine/cli/verbs.h"

namespace sluice::cli {

namespace {

constexpr std::size_t line_width = 100;
constexpr std::size_t widest_left = 30;  // a longer left side gets a line of its own

struct Row {
  std::string left;
  std::string right;
};

std::string table(const std::vector<Row>& rows) {
  std::size_t indent = 0;
  for (const Row& row : rows)
    if (row.left.size() <= widest_left) indent = std::max(indent, row.left.size() + 4);
  if (indent == 0) indent = widest_left + 4;
  std::string out;
  for (const Row& row : rows) {
    out += "  " + row.left;
    out += row.left.size() + 4 <= indent ? std::string(indent - row.left.size() - 2, ' ')
                                         : "\n" + std::string(indent, ' ');
    out += wrapped(row.right, indent, line_width) + "\n";
  }
  return out;
}

Row row_of(const Option& option) {
  std::string left = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  left += "--" + option.name;
  if (!option.value.empty()) left += " " + option.value;
  std::string right = option.help;
  if (option.repeats) right += " (may be repeated)";
  return {std::move(left), std::move(right)};
}

}  // namespace

std::string usage_line(const Verb& verb) {
  std::string line = "sluice " + verb.name;
  for (const Operand& operand : verb.operands) {
    const std::string name = operand.name + (operand.repeats ? "..." : "");
    line += operand.required ? " " + name : " [" + name + "]";
  }
  return line + (verb.options.empty() ? "" : " [OPTIONS]");
}

std::string help_text(const Verb& verb) {
  std::string text =
      "usage: " + usage_line(verb) + "\n\n" + wrapped(verb.summary + ".", 0, line_width) + "\n";
  std::istringstream paragraphs(verb.details);
  for (std::string paragraph; std::getline(paragraphs, paragraph);)
    text += paragraph.empty()     ? "\n"
            : paragraph[0] == ' ' ? paragraph + "\n"
                                  : wrapped(paragraph, 0, line_width) + "\n";
  std::vector<Row> rows;
  for (const Option& option : verb.options) rows.push_back(row_of(option));
  rows.push_back({"-h, --help", "this text"});
  return text + "\noptions:\n" + table(rows);
}

std::string overview(std::span<const Verb> verbs) {
  std::vector<Row> rows;
  for (const Verb& verb : verbs) rows.push_back({verb.name, verb.summary});
  return "Sluice runs a workflow: from a TOML file to a finished, explained, resumable run.\n\n"
         "usage: sluice VERB [ARGUMENTS] [OPTIONS]\n\nverbs:\n" +
         table(rows) + "\nsluice help VERB says more about a verb.\n";
}

Error unknown_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  const std::string near = nearest(name, names);
  const std::string hint = near.empty() ? "`sluice help` lists the verbs" : "did you mean '" + near + "'?";
  const bool is_option = !name.empty() && name[0] == '-';
  return {(is_option ? "a verb comes before the option '" : "there is no verb '") + name + "'", "", hint,
          ErrorKind::usage};
}

}  // namespace sluice::cli
