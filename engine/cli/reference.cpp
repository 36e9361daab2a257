#include "engine/cli/reference.h"

#include "engine/cli/help.h"

namespace sluice::cli {

namespace {

std::string text(const json::object& object, std::string_view key) {
  return json_string(object, key).value_or("");
}

bool flag(const json::object& object, std::string_view key) { return json_bool(object, key).value_or(false); }

/// A value as it would be written: texts without quotes, lists with commas.
std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (!value.is_array()) return json::serialize(value);
  std::string joined;
  for (const json::value& item : value.get_array()) joined += (joined.empty() ? "" : ", ") + plain(item);
  return "[" + joined + "]";
}

std::string number(const json::value& value) {
  if (!value.is_double()) return plain(value);
  std::string digits = std::to_string(value.get_double());
  if (digits.find('.') != std::string::npos) digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits == "0" && value.get_double() != 0 ? plain(value) : digits;
}

std::string standard(const json::object& parameter) {
  if (flag(parameter, "required")) return "required";
  const json::value* value = parameter.if_contains("default");
  if (value == nullptr || (value->is_string() && value->get_string().empty())) return "";
  return "`" + number(*value) + "`";
}

/// What may be given: choices, a range, a file of a data folder.
std::string allowed(const json::object& parameter) {
  std::string words;
  if (const auto* choices = json_array(parameter, "choices"))
    for (const json::value& choice : *choices) words += (words.empty() ? "`" : ", `") + plain(choice) + "`";
  const json::value* least = parameter.if_contains("min");
  const json::value* most = parameter.if_contains("max");
  if (least != nullptr && most != nullptr)
    words = number(*least) + " to " + number(*most);
  else if (least != nullptr)
    words = "at least " + number(*least);
  else if (most != nullptr)
    words = "at most " + number(*most);
  if (const auto* data = json_object(parameter, "data"))
    words =
        "a `*" + text(*data, "suffix") + "` in the data folder `" + text(*data, "folder") + "`, or a path";
  return words;
}

/// A bar would end the cell.
std::string cell(const std::string& words) {
  std::string escaped;
  for (const char c : words) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string parameter_row(const json::object& parameter) {
  std::string type = text(parameter, "type");
  if (const std::string unit = text(parameter, "unit"); !unit.empty()) type += ", " + unit;
  std::string help = text(parameter, "help");
  if (flag(parameter, "extending")) help += " (more of it goes on with what is there)";
  return "| `" + text(parameter, "name") + "` | " + type + " | " + standard(parameter) + " | " +
         cell(allowed(parameter)) + " | " + cell(help) + " |\n";
}

std::string ports(const json::object& description, const char* key, const char* title) {
  const auto* all = json_array(description, key);
  if (all == nullptr || all->empty()) return "";
  std::string table = std::string("\n| ") + title + " | what | |\n|---|---|---|\n";
  for (const json::value& each : *all) {
    const json::object& port = each.as_object();
    std::string kind = text(port, "kind") == "any" ? "file or folder" : text(port, "kind");
    if (flag(port, "list")) kind += "s, one or more";
    if (flag(port, "optional")) kind += ", optional";
    table += "| `" + text(port, "name") + "` | " + kind + " | " + cell(text(port, "help")) + " |\n";
  }
  return table;
}

}  // namespace

std::string cli_reference(std::span<const Verb> verbs) {
  std::string page = "# The command line\n\nMade by `make docs` from what `sluice help` says.\n\n```\n" +
                     overview(verbs) + "```\n";
  for (const Verb& verb : verbs) page += "\n## sluice " + verb.name + "\n\n```\n" + help_text(verb) + "```\n";
  return page;
}

std::string stage_reference(const json::object& description) {
  std::string page = "## " + text(description, "name") + "\n\n" + text(description, "summary");
  if (flag(description, "resumable")) page += "; can be interrupted, and goes on where it was";
  if (flag(description, "coordinator")) page += "; asks for trials";
  page += "\n" + ports(description, "inputs", "input") + ports(description, "outputs", "output");
  const auto* parameters = json_array(description, "parameters");
  if (parameters == nullptr || parameters->empty()) return page;
  page += "\n| argument | type | default | allowed | |\n|---|---|---|---|---|\n";
  for (const json::value& each : *parameters) page += parameter_row(each.as_object());
  return page;
}

}  // namespace sluice::cli
