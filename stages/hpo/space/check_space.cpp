// A space against the trial program's own table.
#include <algorithm>
#include <cmath>

#include "stages/hpo/space/read_space.h"

namespace sluice::hpo {

namespace {

/// The values at the ends of what a parameter may become, and all of its choices.
std::vector<json::value> extreme_values(const Parameter& parameter) {
  if (!parameter.is_number()) return parameter.values;
  if (parameter.kind == Kind::real) return {parameter.low, parameter.high};
  return {static_cast<std::int64_t>(parameter.low), static_cast<std::int64_t>(parameter.high)};
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

bool has_type(const json::value& value, std::string_view type) {
  if (type.starts_with("list<")) return value.is_array();
  if (type == "int") return value.is_int64();
  if (type == "float") return value.is_number();
  if (type == "bool") return value.is_bool();
  return value.is_string();  // string, choice, bytes, duration
}

class Checker {
 public:
  Checker(const SourceRange& where, const json::object& known, const std::string& program,
          Diagnostics& diagnostics)
      : where_(where), known_(known), program_(program), diagnostics_(diagnostics) {}

  void check(const Parameter& parameter) {
    const std::string type = json_string(known_, "type").value_or("string");
    for (const json::value& value : extreme_values(parameter)) {
      if (!has_type(value, type)) return complain(parameter, value, "takes a value of type " + type);
      if (!within(value)) return complain(parameter, value, "takes " + limits());
      if (!chosen(value)) return complain(parameter, value, "takes one of " + choices());
    }
  }

 private:
  void complain(const Parameter& parameter, const json::value& value, const std::string& fact) {
    diagnostics_.error(where_, "'" + parameter.name + "' can't be " + text_of(value), program_ + " " + fact);
  }

  bool within(const json::value& value) const {
    if (!value.is_number()) return true;
    const double number = value.to_number<double>();
    const auto least = json_double(known_, "min");
    const auto most = json_double(known_, "max");
    return (!least || number >= *least) && (!most || number <= *most);
  }

  bool chosen(const json::value& value) const {
    const json::array* allowed = json_array(known_, "choices");
    return allowed == nullptr || value.is_array() ||
           std::find(allowed->begin(), allowed->end(), value) != allowed->end();
  }

  std::string limits() const {
    const json::value* least = known_.if_contains("min");
    const json::value* most = known_.if_contains("max");
    if (least != nullptr && most != nullptr) return text_of(*least) + " to " + text_of(*most);
    return least != nullptr ? text_of(*least) + " or more" : text_of(*most) + " or less";
  }

  std::string choices() const {
    std::string text;
    for (const json::value& choice : *json_array(known_, "choices"))
      text += (text.empty() ? "" : ", ") + text_of(choice);
    return text;
  }

  const SourceRange& where_;
  const json::object& known_;
  const std::string& program_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_space(const Space& space, const TomlValue& table, const json::object& description,
                 Diagnostics& diagnostics) {
  const std::string program = json_string(description, "name").value_or("the trial program");
  const json::array* known = json_array(description, "parameters");
  std::vector<std::string> names;
  if (known != nullptr)
    for (const json::value& entry : *known)
      if (entry.is_object()) names.push_back(json_string(entry.as_object(), "name").value_or(""));
  for (const Parameter& parameter : space.parameters) {
    const TomlMember* member = table.find(parameter.name);
    const SourceRange where = member == nullptr ? table.range : member->key_range;
    const auto found = std::find(names.begin(), names.end(), parameter.name);
    if (found == names.end()) {
      diagnostics.error(where, program + " has no parameter '" + parameter.name + "'",
                        suggest(parameter.name, names));
      continue;
    }
    const auto& entry = (*known)[static_cast<std::size_t>(found - names.begin())].as_object();
    Checker(member == nullptr ? where : member->value.range, entry, program, diagnostics).check(parameter);
  }
}

}  // namespace sluice::hpo
