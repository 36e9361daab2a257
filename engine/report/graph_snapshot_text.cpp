// How a GraphSnapshot is kept: one line of JSON, in which a stretch of whole numbers is two of them.
#include <charconv>
#include <optional>

#include "engine/base/json.h"
#include "engine/report/graph_snapshot.h"

namespace sluice::report {

namespace {

constexpr std::size_t shortest_stretch = 4;
constexpr std::int64_t longest_stretch = 100'000'000;

/// The number, if this is how it would be printed.
std::optional<std::int64_t> plain_integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || std::to_string(number) != text)
    return std::nullopt;
  return number;
}

json::value to_json(const std::vector<std::string>& values) {
  const auto first = values.size() >= shortest_stretch ? plain_integer(values.front()) : std::nullopt;
  if (first) {
    bool is_stretch = true;
    for (std::size_t i = 0; is_stretch && i < values.size(); ++i)
      is_stretch = values[i] == std::to_string(*first + static_cast<std::int64_t>(i));
    if (is_stretch)
      return json::object{{"from", *first}, {"to", *first + static_cast<std::int64_t>(values.size()) - 1}};
  }
  json::array list;
  for (const std::string& value : values) list.emplace_back(value);
  return list;
}

std::vector<std::string> strings_from(const json::value& value) {
  std::vector<std::string> values;
  if (const auto* list = value.if_array())
    for (const json::value& item : *list)
      if (item.is_string()) values.emplace_back(item.get_string());
  if (const auto* stretch = value.if_object()) {
    const auto from = json_int(*stretch, "from");
    const auto to = json_int(*stretch, "to");
    if (from && to && *to >= *from && *to - *from < longest_stretch)
      for (std::int64_t number = *from; number <= *to; ++number) values.push_back(std::to_string(number));
  }
  return values;
}

json::object to_json(const executors::Resources& resources) {
  return {{"cpus", resources.cpus},
          {"memory", resources.memory_bytes},
          {"gpus", resources.gpus},
          {"ranks", resources.ranks},
          {"time_s", resources.time_s}};
}

executors::Resources resources_from(const json::object* object) {
  executors::Resources resources;
  if (object == nullptr) return resources;
  resources.cpus = static_cast<int>(json_int(*object, "cpus").value_or(1));
  resources.memory_bytes = static_cast<std::uint64_t>(json_int(*object, "memory").value_or(0));
  resources.gpus = static_cast<int>(json_int(*object, "gpus").value_or(0));
  resources.ranks = static_cast<int>(json_int(*object, "ranks").value_or(1));
  resources.time_s = json_double(*object, "time_s").value_or(0);
  return resources;
}

json::object to_json(const StageSnapshot& stage) {
  json::object object{{"name", stage.name},
                      {"program", stage.program},
                      {"version", stage.program_version},
                      {"results", stage.results_version},
                      {"executor", stage.executor},
                      {"resources", to_json(stage.resources)},
                      {"tasks", stage.task_count},
                      {"up_to_date", stage.up_to_date},
                      {"excluded", stage.excluded}};
  if (stage.is_final) object["final"] = true;
  if (stage.tolerate > 0) object["tolerate"] = stage.tolerate;
  if (!stage.names.listed.empty()) object["names"] = to_json(stage.names.listed);
  json::array keys;
  for (const KeyValues& key : stage.names.keys)
    keys.push_back(json::object{{"key", key.key}, {"values", to_json(key.values)}});
  if (!keys.empty()) object["keys"] = std::move(keys);
  json::array inputs;
  for (const StageInput& input : stage.inputs)
    inputs.push_back(json::object{{"stage", input.stage}, {"gathers", input.gathers}});
  object["inputs"] = std::move(inputs);
  for (const TrialsSnapshot& trials : stage.trials)
    object["trials"] = json::object{{"program", trials.program},
                                    {"executor", trials.executor},
                                    {"resources", to_json(trials.resources)},
                                    {"parallel", trials.parallel}};
  return object;
}

void read_fan_out(const json::object& object, StageSnapshot& stage) {
  stage.names.none = stage.task_count == 0;
  if (const auto* names = object.if_contains("names")) stage.names.listed = strings_from(*names);
  const auto* keys = json_array(object, "keys");
  for (std::size_t k = 0; keys != nullptr && k < keys->size(); ++k) {
    const auto* key = (*keys)[k].if_object();
    const auto* values = key == nullptr ? nullptr : key->if_contains("values");
    if (values != nullptr)
      stage.names.keys.push_back({json_string(*key, "key").value_or(""), strings_from(*values)});
  }
}

StageSnapshot stage_from(const json::object& object) {
  const auto text = [&](const char* key) { return json_string(object, key).value_or(""); };
  const auto count = [&](const char* key) {
    return static_cast<std::uint32_t>(json_int(object, key).value_or(0));
  };
  StageSnapshot stage;
  stage.name = text("name");
  stage.program = text("program");
  stage.program_version = text("version");
  stage.results_version = text("results");
  stage.executor = text("executor");
  stage.resources = resources_from(json_object(object, "resources"));
  stage.is_final = json_bool(object, "final").value_or(false);
  stage.tolerate = json_double(object, "tolerate").value_or(0);
  stage.task_count = count("tasks");
  stage.up_to_date = count("up_to_date");
  stage.excluded = count("excluded");
  read_fan_out(object, stage);
  if (const auto* inputs = json_array(object, "inputs"))
    for (const json::value& input : *inputs)
      if (const auto* edge = input.if_object())
        stage.inputs.push_back({static_cast<std::uint32_t>(json_int(*edge, "stage").value_or(0)),
                                json_bool(*edge, "gathers").value_or(false)});
  if (const auto* trials = json_object(object, "trials"))
    stage.trials.push_back({json_string(*trials, "program").value_or(""),
                            json_string(*trials, "executor").value_or(""),
                            resources_from(json_object(*trials, "resources")),
                            static_cast<int>(json_int(*trials, "parallel").value_or(1))});
  return stage;
}

json::array to_json(const std::vector<NumberSnapshot>& numbers) {
  json::array list;
  for (const NumberSnapshot& number : numbers)
    list.push_back(json::object{{"label", number.label},
                                {"stage", number.stage},
                                {"output", number.output},
                                {"pointer", number.pointer}});
  return list;
}

std::vector<NumberSnapshot> numbers_from(const json::array* list) {
  std::vector<NumberSnapshot> numbers;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    if (const auto* object = (*list)[i].if_object())
      numbers.push_back(
          {json_string(*object, "label").value_or(""), json_string(*object, "stage").value_or(""),
           json_string(*object, "output").value_or(""), json_string(*object, "pointer").value_or("")});
  return numbers;
}

}  // namespace

std::string to_text(const GraphSnapshot& snapshot) {
  json::array stages;
  for (const StageSnapshot& stage : snapshot.stages) stages.push_back(to_json(stage));
  json::object object{{"snapshot", 1}, {"workflow", snapshot.workflow}, {"stages", std::move(stages)}};
  if (!snapshot.numbers.empty()) object["numbers"] = to_json(snapshot.numbers);
  return json::serialize(object);
}

Result<GraphSnapshot> snapshot_from_text(std::string_view text) {
  const auto value = parse_json(text, "the workflow kept with the run");
  if (!value) return value.error();
  const auto* object = value->if_object();
  const auto* stages = object == nullptr ? nullptr : json_array(*object, "stages");
  if (stages == nullptr || json_int(*object, "snapshot") != 1)
    return Error{"the workflow kept with the run can't be read", "",
                 "look at it with the Sluice that made the run"};
  GraphSnapshot snapshot;
  snapshot.workflow = json_string(*object, "workflow").value_or("");
  for (const json::value& stage : *stages)
    if (const auto* each = stage.if_object()) snapshot.stages.push_back(stage_from(*each));
  snapshot.numbers = numbers_from(json_array(*object, "numbers"));
  for (StageSnapshot& stage : snapshot.stages)
    std::erase_if(stage.inputs,
                  [&](const StageInput& input) { return input.stage >= snapshot.stages.size(); });
  return snapshot;
}

}  // namespace sluice::report
