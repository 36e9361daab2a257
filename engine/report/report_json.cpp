#include "engine/report/report_json.h"

#include "engine/report/status.h"

namespace sluice::report {

namespace {

json::object cost_json(const StageSummary& stage) {
  const Cost& cost = stage.cost;
  return {{"stage", stage.about.name},   {"trials", stage.is_trials}, {"attempts", cost.attempts},
          {"wall_s", cost.wall_s},       {"cpu_s", cost.cpu_s},       {"held_cpu_s", cost.held_cpu_s},
          {"longest_s", cost.longest_s}, {"queued_s", cost.queued_s}, {"peak_bytes", cost.peak_bytes}};
}

json::object program_json(const StageSummary& stage) {
  return {{"stage", stage.about.name},
          {"program", stage.about.program},
          {"version", stage.about.program_version},
          {"results_version", stage.about.results_version},
          {"executor", stage.about.executor}};
}

json::object number_json(const Number& number) {
  json::object object{{"name", number.about.label},
                      {"stage", number.about.stage},
                      {"output", number.about.output},
                      {"pointer", number.about.pointer}};
  const bool is_there = number.problem.empty();
  object["value"] = is_there ? json::value(number.value) : json::value();
  if (is_there && number.error > 0) object["error"] = number.error;
  if (!is_there) object["problem"] = number.problem;
  return object;
}

json::object output_json(const Output& output) {
  return {{"task", output.task},
          {"output", output.name},
          {"path", output.path},
          {"bytes", output.size},
          {"xxh3_128", output.hash}};
}

template <typename Items, typename ToJson>
json::array array_of(const Items& items, ToJson to_json_object) {
  json::array array;
  for (const auto& item : items) array.push_back(to_json_object(item));
  return array;
}

json::object origin_json(const RunSummary& summary) {
  json::object params;
  for (const auto& [name, value] : summary.params) params[name] = value;
  return {{"command_line", summary.command_line},
          {"host", summary.host},
          {"user", summary.user},
          {"sluice", summary.version},
          {"store", summary.store_uid},
          {"params", std::move(params)},
          {"workflow", summary.workflow_text},
          {"programs", array_of(summary.stages, program_json)}};
}

}  // namespace

json::value report_json(const RunSummary& summary) {
  json::object object{{"report", 1}};
  const json::value status = status_json(summary);
  for (const auto& [key, value] : status.get_object()) object[key] = value;
  object["numbers"] = array_of(summary.numbers, number_json);
  object["costs"] = array_of(summary.stages, cost_json);
  object["pages"] = array_of(summary.sections, [](const Section& section) {
    return json::object{{"task", section.task}, {"path", section.path}, {"problem", section.problem}};
  });
  json::array outputs;
  for (const StageOutputs& stage : summary.outputs)
    outputs.push_back(json::object{{"stage", stage.stage},
                                   {"count", stage.count},
                                   {"bytes", stage.bytes},
                                   {"first", array_of(stage.some, output_json)}});
  object["outputs"] = std::move(outputs);
  object["origin"] = origin_json(summary);
  return object;
}

}  // namespace sluice::report
