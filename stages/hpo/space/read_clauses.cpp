#include "stages/hpo/space/read_clauses.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

namespace {

std::vector<std::string> names_of(const Space& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters) names.push_back(parameter.name);
  return names;
}

std::optional<double> number_in(const TomlValue& value) {
  if (value.kind == TomlValue::Kind::integer) return static_cast<double>(value.integer);
  if (value.kind == TomlValue::Kind::real) return value.real;
  return std::nullopt;
}

/// The internal number of a value that parameter can take.
std::optional<double> internal_value(const Parameter& parameter, const TomlValue& value,
                                     Diagnostics& diagnostics) {
  const json::value read = toml_to_json(value);
  if (parameter.is_number()) {
    const auto number = number_in(value);
    if (number && *number >= parameter.low && *number <= parameter.high) return number;
  } else {
    const auto found = std::find(parameter.values.begin(), parameter.values.end(), read);
    if (found != parameter.values.end()) return static_cast<double>(found - parameter.values.begin());
  }
  std::vector<std::string> known;
  for (const json::value& item : parameter.values)
    known.push_back(item.is_string() ? std::string(item.as_string()) : json::serialize(item));
  diagnostics.error(value.range, "'" + parameter.name + "' is never " + json::serialize(read),
                    suggest(value.text, known));
  return std::nullopt;
}

void read_interval(Clause& clause, const Parameter& parameter, const TomlValue& table,
                   Diagnostics& diagnostics) {
  if (!parameter.is_number() && parameter.kind != Kind::ordinal) {
    diagnostics.error(table.range, "'" + parameter.name + "' has no order", "name its values: [a, b]");
    return;
  }
  for (const TomlMember& entry : table.members) {
    if (entry.key != "min" && entry.key != "max") {
      const std::vector<std::string> known = {"min", "max"};
      diagnostics.error(entry.key_range, "'" + entry.key + "' is neither min nor max",
                        suggest(entry.key, known));
      continue;
    }
    const auto value =
        parameter.is_number() ? number_in(entry.value) : internal_value(parameter, entry.value, diagnostics);
    if (parameter.is_number() && (!value || std::isnan(*value)))
      diagnostics.error(entry.value.range, "needs a number");
    if (value) (entry.key == "min" ? clause.minimum : clause.maximum) = *value;
  }
  if (table.members.empty()) diagnostics.error(table.range, "needs a 'min' or a 'max'");
  if (clause.minimum > clause.maximum)
    diagnostics.error(table.range, "'min' is above 'max': this never holds");
}

/// `loss = "focal"`, `bins = [8, 16]` or `layers = { min = 2 }`.
std::optional<Clause> read_clause(const Space& space, const TomlMember& entry, Diagnostics& diagnostics) {
  const auto index = space.find(entry.key);
  if (!index) {
    diagnostics.error(entry.key_range, "the space has no parameter '" + entry.key + "'",
                      suggest(entry.key, names_of(space)));
    return std::nullopt;
  }
  Clause clause;
  clause.parameter = *index;
  const Parameter& parameter = space.parameters[*index];
  if (entry.value.is_table()) {
    read_interval(clause, parameter, entry.value, diagnostics);
    return clause;
  }
  if (entry.value.is_array() && entry.value.items.empty())
    diagnostics.error(entry.value.range, "an empty list never holds");
  const std::vector<TomlValue> one = {entry.value};
  for (const TomlValue& value : entry.value.is_array() ? entry.value.items : one)
    if (const auto number = internal_value(parameter, value, diagnostics)) clause.any_of.push_back(*number);
  return clause;
}

std::vector<Clause> read_clauses(const Space& space, const TomlValue& table, Diagnostics& diagnostics) {
  std::vector<Clause> clauses;
  if (!table.is_table() || table.members.empty())
    diagnostics.error(table.range, "needs parameters and their values", "{ loss = \"focal\" }");
  for (const TomlMember& entry : table.members)
    if (auto clause = read_clause(space, entry, diagnostics)) clauses.push_back(std::move(*clause));
  return clauses;
}

/// Parameters in an order in which every condition stands before what it governs; empty if there is none.
std::vector<std::size_t> conditions_first(const Space& space) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(space.parameters.size(), false);
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t i = 0; i < placed.size(); ++i) {
      const auto& when = space.parameters[i].when;
      if (placed[i] ||
          !std::all_of(when.begin(), when.end(), [&](const Clause& c) { return placed[c.parameter]; }))
        continue;
      placed[i] = progress = true;
      order.push_back(i);
      break;  // from the start again: as near to the order of the file as can be
    }
  }
  return order.size() == placed.size() ? order : std::vector<std::size_t>();
}

void reorder(Space& space, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::vector<Parameter> sorted;
  for (const std::size_t index : order) {
    sorted.push_back(std::move(space.parameters[index]));
    for (Clause& clause : sorted.back().when) clause.parameter = place[clause.parameter];
  }
  space.parameters = std::move(sorted);
}

}  // namespace

json::value toml_to_json(const TomlValue& value) {
  switch (value.kind) {
    case TomlValue::Kind::integer: return value.integer;
    case TomlValue::Kind::real: return value.real;
    case TomlValue::Kind::boolean: return value.boolean;
    case TomlValue::Kind::text:
    case TomlValue::Kind::time: return json::value(value.text);
    case TomlValue::Kind::array: {
      json::array items;
      for (const TomlValue& item : value.items) items.push_back(toml_to_json(item));
      return items;
    }
    case TomlValue::Kind::table: {
      json::object object;
      for (const TomlMember& member : value.members) object[member.key] = toml_to_json(member.value);
      return object;
    }
  }
  return nullptr;
}

void read_conditions(Space& space, const std::vector<const TomlMember*>& whens, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < whens.size(); ++i)
    if (whens[i] != nullptr) space.parameters[i].when = read_clauses(space, whens[i]->value, diagnostics);
  const std::vector<std::size_t> order = conditions_first(space);
  if (!order.empty()) return reorder(space, order);
  for (const TomlMember* when : whens)
    if (when != nullptr)
      return diagnostics.error(when->key_range, "conditions go round in a circle",
                               "a parameter may not depend on itself through others");
}

void read_forbidden(Space& space, const TomlMember& forbid, Diagnostics& diagnostics) {
  if (!forbid.value.is_array())
    return diagnostics.error(forbid.key_range, "'forbid' is a list of tables", "write [[forbid]]");
  for (const TomlValue& table : forbid.value.items)
    space.forbidden.push_back(read_clauses(space, table, diagnostics));
}

}  // namespace sluice::hpo
