#include "engine/workflow/description.h"

#include <array>
#include <utility>

#include "engine/base/units.h"

namespace sluice::workflow {

namespace {

using Type = Parameter::Type;

constexpr std::array<std::pair<std::string_view, Type>, 7> types = {{{"int", Type::integer},
                                                                     {"float", Type::real},
                                                                     {"string", Type::text},
                                                                     {"bool", Type::boolean},
                                                                     {"choice", Type::choice},
                                                                     {"bytes", Type::bytes},
                                                                     {"duration", Type::duration}}};

bool flag(const json::object& object, std::string_view key) { return json_bool(object, key).value_or(false); }

std::string text(const json::object& object, std::string_view key) {
  return json_string(object, key).value_or("");
}

bool read_type(const json::object& object, Parameter& parameter) {
  std::string name = text(object, "type");
  if (name.starts_with("list<") && name.ends_with(">")) {
    parameter.list = true;
    name = name.substr(5, name.size() - 6);
  }
  for (const auto& [known, type] : types) {
    if (known != name) continue;
    parameter.type = type;
    return true;
  }
  return false;
}

/// A number, or for quantities a text with a unit.
bool read_limit(const json::object& object, std::string_view key, Type type, double& limit,
                std::string& written) {
  if (!object.contains(key)) return true;
  if (const auto number = json_double(object, key)) {
    limit = *number;
    written = json::serialize(object.at(key));
    return true;
  }
  written = text(object, key);
  if (type == Type::bytes) {
    const auto bytes = parse_bytes(written);
    if (bytes) limit = static_cast<double>(*bytes);
    return bytes.ok();
  }
  const auto seconds = parse_seconds(written);
  if (seconds) limit = *seconds;
  return type == Type::duration && seconds.ok();
}

/// What is wrong with it; empty: nothing.
std::string read_parameter(const json::object& object, Parameter& parameter) {
  parameter.name = text(object, "name");
  parameter.required = flag(object, "required");
  parameter.extending = flag(object, "extending");
  parameter.unit = text(object, "unit");
  parameter.help = text(object, "help");
  if (parameter.name.empty()) return "has no 'name'";
  if (!read_type(object, parameter)) return "has an unknown 'type', '" + text(object, "type") + "'";
  if (!read_limit(object, "min", parameter.type, parameter.minimum, parameter.minimum_text) ||
      !read_limit(object, "max", parameter.type, parameter.maximum, parameter.maximum_text))
    return "has a 'min' or 'max' that is no value of its type";
  if (const json::array* choices = json_array(object, "choices")) {
    for (const json::value& choice : *choices) {
      if (!choice.is_string()) return "has a choice that is no text";
      parameter.choices.emplace_back(choice.get_string());
    }
  }
  if (const json::object* data = json_object(object, "data"))
    parameter.data = DataRule{text(*data, "folder"), text(*data, "suffix")};
  return "";
}

std::string read_port(const json::object& object, Port& port) {
  port.name = text(object, "name");
  const std::string kind = text(object, "kind");
  port.kind = kind == "file" ? PortKind::file : kind == "folder" ? PortKind::folder : PortKind::any;
  port.list = flag(object, "list");
  port.optional = flag(object, "optional");
  port.help = text(object, "help");
  return port.name.empty() ? "has no 'name'" : "";
}

template <typename Thing>
Status read_all(const json::object& object, std::string_view key,
                std::string (*read)(const json::object&, Thing&), std::vector<Thing>& things) {
  const json::array* array = json_array(object, key);
  if (array == nullptr) return Ok{};
  for (const json::value& value : *array) {
    Thing thing;
    const std::string wrong = value.is_object() ? read(value.get_object(), thing) : "is no object";
    if (!wrong.empty())
      return Error{"entry " + std::to_string(things.size() + 1) + " of '" + std::string(key) + "' " + wrong,
                   "", "docs/writing-a-stage.md says what it has to answer"};
    things.push_back(std::move(thing));
  }
  return Ok{};
}

}  // namespace

const Parameter* Description::parameter(std::string_view wanted) const {
  for (const Parameter& known : parameters)
    if (known.name == wanted) return &known;
  return nullptr;
}

const Port* Description::find(const std::vector<Port>& ports, std::string_view wanted) {
  for (const Port& port : ports)
    if (port.name == wanted) return &port;
  return nullptr;
}

Result<Description> read_description(const json::object& object) {
  constexpr int known_form = 1;
  const auto form = json_int(object, "sluice_stage");
  if (!form) return Error{"its --describe says nothing of 'sluice_stage'", "", ""};
  if (*form != known_form)
    return Error{"it describes itself in form " + std::to_string(*form) + ", known here is form 1", "",
                 "it belongs to another version of Sluice"};
  Description description;
  description.name = text(object, "name");
  description.version = text(object, "version");
  description.results_version = text(object, "results_version");
  description.resumable = flag(object, "resumable");
  description.coordinator = flag(object, "coordinator");
  if (auto status = read_all(object, "parameters", read_parameter, description.parameters); !status)
    return status.error();
  if (auto status = read_all(object, "inputs", read_port, description.inputs); !status) return status.error();
  if (auto status = read_all(object, "outputs", read_port, description.outputs); !status)
    return status.error();
  return description;
}

std::string_view type_name(Parameter::Type type) {
  switch (type) {
    case Type::integer: return "an integer";
    case Type::real: return "a number";
    case Type::text: return "a text";
    case Type::boolean: return "true or false";
    case Type::choice: return "one of its choices";
    case Type::bytes: return "an amount of memory";
    case Type::duration: return "a duration";
  }
  return "a value";
}

}  // namespace sluice::workflow
