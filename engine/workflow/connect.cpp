// The second half of ports.h: from what inputs name to whose outputs they are.
#include <algorithm>
#include <unordered_map>

#include "engine/workflow/ports.h"

namespace sluice::workflow {

namespace {

class Connector {
 public:
  Connector(std::vector<StageDraft>& stages, LoadContext& context)
      : stages_(stages), diagnostics_(context.diagnostics) {
    for (std::size_t i = 0; i < stages.size(); ++i)
      by_name_.emplace(stages[i].name, static_cast<std::uint32_t>(i));
  }

  void run() {
    for (StageDraft& stage : stages_) connect_all(stage);
  }

 private:
  void connect_all(StageDraft& stage) {
    for (InputDraft& input : stage.inputs)
      for (InputItem& item : input.items)
        if (!item.is_file) connect(stage, input, item);
    for (PortName& port : stage.launch.inputs) port.is_list = stage.inputs[port.index].is_list;
    if (!stage.trials) return;
    for (PortName& port : stage.trials->inputs) port.is_list = stage.inputs[port.index].is_list;
  }

  void connect(const StageDraft& stage, InputDraft& input, InputItem& item) {
    const auto found = by_name_.find(item.stage);
    if (found == by_name_.end()) {
      diagnostics_.error(range_inside(*item.value, 0, item.stage.size(), diagnostics_),
                         "there is no stage '" + item.stage + "'", suggest(item.stage, stage_names(stage)));
      input.broken = true;
      return;
    }
    const StageDraft& producer = stages_[found->second];
    const auto port = std::find_if(producer.outputs.begin(), producer.outputs.end(),
                                   [&](const OutputDraft& output) { return output.name == item.output; });
    if (port == producer.outputs.end()) {
      input.broken = true;
      if (producer.outputs_broken) return;
      const std::vector<std::string> names = producer.output_names();
      diagnostics_.error(range_inside(*item.value, item.stage.size() + 1, item.output.size(), diagnostics_),
                         "stage '" + producer.name + "' has no output '" + item.output + "'",
                         names.empty() ? "it declares no outputs" : suggest(item.output, names));
      return;
    }
    if (producer.is_final && !stage.is_final) {
      diagnostics_.error(item.range,
                         "stage '" + producer.name + "' is final: only final stages may use its outputs",
                         "make this stage final, too");
      input.broken = true;
    }
    item.producer = found->second;
    item.port = static_cast<std::uint32_t>(port - producer.outputs.begin());
    item.resolved = true;
    if (producer.fanout.broken || stage.fanout.broken) {
      input.broken = true;
      return;
    }
    item.gathered = gathered_keys(producer, stage);
    input.is_list = input.is_list || !item.gathered.empty();
  }

  std::vector<std::string> stage_names(const StageDraft& but) const {
    std::vector<std::string> names;
    for (const StageDraft& stage : stages_)
      if (&stage != &but) names.push_back(stage.name);
    return names;
  }

  std::vector<StageDraft>& stages_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
};

}  // namespace

void connect_ports(std::vector<StageDraft>& stages, LoadContext& context) {
  Connector(stages, context).run();
}

void check_kinds(const std::vector<StageDraft>& stages, Diagnostics& diagnostics) {
  const auto name = [](PortKind kind) { return kind == PortKind::file ? "a file" : "a folder"; };
  const auto check = [&](const StageDraft& stage, const LaunchDraft& launch, const PortName& input) {
    const Port* taken = Description::find(launch.description->inputs, input.name);
    if (taken == nullptr || taken->kind == PortKind::any) return;
    for (const InputItem& item : stage.inputs[input.index].items) {
      if (item.is_file || !item.resolved) continue;
      const LaunchDraft& producer = stages[item.producer].launch;
      const Port* given = producer.description == nullptr
                              ? nullptr
                              : Description::find(producer.description->outputs, item.output);
      if (given == nullptr || given->kind == PortKind::any || given->kind == taken->kind) continue;
      diagnostics.error(item.range, "'" + launch.info.name + "' takes " + name(taken->kind) + " as '" +
                                        input.name + "', " + item.stage + "." + item.output + " is " +
                                        name(given->kind));
    }
  };
  for (const StageDraft& stage : stages) {
    for (const LaunchDraft* launch : {&stage.launch, stage.trials ? &*stage.trials : nullptr})
      if (launch != nullptr && launch->description != nullptr)
        for (const PortName& input : launch->inputs) check(stage, *launch, input);
  }
}

std::vector<std::string> gathered_keys(const StageDraft& producer, const StageDraft& consumer) {
  std::vector<std::string> keys;
  for (const KeyName& key : producer.keys)
    if (std::none_of(consumer.keys.begin(), consumer.keys.end(),
                     [&](const KeyName& own) { return own.name == key.name; }))
      keys.push_back(key.name);
  return keys;
}

}  // namespace sluice::workflow
