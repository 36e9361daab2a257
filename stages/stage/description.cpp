#include "stages/stage/description.h"

#include <algorithm>
#include <array>

#include "stages/stage/value.h"

namespace sluice::stage {

namespace {

constexpr std::array<std::string_view, 7> own_flags = {"help",  "describe", "version", "threads",
                                                       "state", "strict",   "input"};

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), fits);
}

template <typename Things>
void check_names(const Things& things, const std::string& what, std::vector<std::string>& found) {
  for (auto at = things.begin(); at != things.end(); ++at) {
    if (!is_name(at->name)) found.push_back(what + " '" + at->name + "': a name is made of a-z, 0-9 and _");
    if (at->help.empty()) found.push_back(what + " '" + at->name + "' has no help");
    if (std::any_of(things.begin(), at, [&](const auto& other) { return other.name == at->name; }))
      found.push_back(what + " '" + at->name + "' is declared twice");
  }
}

void check_parameter(const Parameter& parameter, std::vector<std::string>& found) {
  const std::string what = "parameter '" + parameter.name + "'";
  if (std::find(own_flags.begin(), own_flags.end(), parameter.name) != own_flags.end())
    found.push_back(what + ": that flag belongs to every stage");
  if (parameter.type == Type::choice && parameter.choices.empty()) found.push_back(what + " has no choices");
  if (parameter.required && parameter.has_standard) found.push_back(what + " is required and has a default");
  if (parameter.data && (parameter.list || parameter.type != Type::text))
    found.push_back(what + ": a data file is one text");
  if (!parameter.unit.empty() && parameter.type != Type::integer && parameter.type != Type::real)
    found.push_back(what + ": only numbers have a unit of their own");
  if (!parameter.has_standard) return;
  if (!parameter.list && parameter.standard.empty())
    found.push_back(what + ": its default is none of the choices");
  for (const Scalar& item : parameter.standard) {
    const auto parsed = parse_value(parameter, value_text(parameter.type, item));
    if (!parsed)
      found.push_back(what + ": its default is refused: " + parsed.error().what);
    else if (*parsed != item)
      found.push_back(what + ": its default can't be written exactly");
  }
}

}  // namespace

std::vector<std::string> mistakes(const Description& description) {
  std::vector<std::string> found;
  if (description.name.empty()) found.emplace_back("the stage has no name");
  if (description.summary.empty()) found.emplace_back("the stage has no summary");
  if (description.results_version.empty()) found.emplace_back("the stage has no results version");
  check_names(description.parameters, "parameter", found);
  check_names(description.inputs, "input", found);
  check_names(description.outputs, "output", found);
  for (const Parameter& parameter : description.parameters) check_parameter(parameter, found);
  for (const Output& output : description.outputs)
    if (output.kind == Kind::any)
      found.push_back("output '" + output.name + "' is a file or a folder, not any");
  return found;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::file: return "file";
    case Kind::folder: return "folder";
    case Kind::any: return "any";
  }
  return "any";
}

std::string type_name(const Parameter& parameter) {
  static constexpr std::array<std::string_view, 7> names = {"int",    "float", "string",  "bool",
                                                            "choice", "bytes", "duration"};
  const std::string name(names.at(static_cast<std::size_t>(parameter.type)));
  return parameter.list ? "list<" + name + ">" : name;
}

}  // namespace sluice::stage
