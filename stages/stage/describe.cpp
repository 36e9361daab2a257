#include "stages/stage/describe.h"

#include "stages/stage/value.h"

namespace sluice::stage {

namespace {

/// Quantities with a unit are texts, as in a workflow file.
json::value json_of(Type type, const Scalar& value) {
  if (type == Type::bytes || type == Type::duration) return json::value(value_text(type, value));
  return std::visit([](const auto& held) { return json::value(held); }, value);
}

json::value standard_of(const Parameter& parameter) {
  if (!parameter.list) return json_of(parameter.type, parameter.standard.front());
  json::array items;
  for (const Scalar& item : parameter.standard) items.push_back(json_of(parameter.type, item));
  return items;
}

json::object describe_parameter(const Parameter& parameter) {
  json::object object;
  object["name"] = parameter.name;
  object["type"] = type_name(parameter);
  if (!parameter.unit.empty()) object["unit"] = parameter.unit;
  if (parameter.has_standard) object["default"] = standard_of(parameter);
  if (parameter.required) object["required"] = true;
  if (parameter.minimum) object["min"] = json_of(parameter.type, *parameter.minimum);
  if (parameter.maximum) object["max"] = json_of(parameter.type, *parameter.maximum);
  if (!parameter.choices.empty())
    object["choices"] = json::array(parameter.choices.begin(), parameter.choices.end());
  object["help"] = parameter.help;
  if (parameter.extending) object["extending"] = true;
  if (parameter.data)
    object["data"] = {{"folder", parameter.data->folder}, {"suffix", parameter.data->suffix}};
  return object;
}

json::object describe_input(const Input& input) {
  json::object object;
  object["name"] = input.name;
  object["kind"] = kind_name(input.kind);
  if (input.list) object["list"] = true;
  if (input.optional) object["optional"] = true;
  object["help"] = input.help;
  return object;
}

json::object describe_output(const Output& output) {
  json::object object;
  object["name"] = output.name;
  object["kind"] = kind_name(output.kind);
  if (output.optional) object["optional"] = true;
  object["help"] = output.help;
  return object;
}

template <typename Things, typename Describe>
json::array each(const Things& things, Describe describe_one) {
  json::array array;
  for (const auto& thing : things) array.push_back(describe_one(thing));
  return array;
}

}  // namespace

json::object describe(const Description& description) {
  json::object object;
  object["sluice_stage"] = 1;
  object["name"] = description.name;
  object["version"] = description.version;
  object["results_version"] = description.results_version;
  object["summary"] = description.summary;
  object["parameters"] = each(description.parameters, describe_parameter);
  object["inputs"] = each(description.inputs, describe_input);
  object["outputs"] = each(description.outputs, describe_output);
  if (description.resumable) object["resumable"] = true;
  if (description.coordinator) object["coordinator"] = true;
  return object;
}

}  // namespace sluice::stage
