#include "engine/workflow/load_context.h"

namespace sluice::workflow {

Scope LoadContext::setting_scope(const StageDraft* stage) const {
  Scope scope;
  scope.params = &params;
  if (stage == nullptr) return scope;
  scope.keys = stage->keys;
  scope.keys_forbidden = true;
  scope.why_no_keys = "settings are the same for all tasks of a stage; parameters can be used";
  return scope;
}

Scope LoadContext::task_scope(const StageDraft& stage) const {
  Scope scope;
  scope.params = &params;
  scope.keys = stage.keys;
  scope.keys_unknown = stage.fanout.broken;
  return scope;
}

std::vector<std::string> StageDraft::input_names() const {
  std::vector<std::string> names;
  for (const InputDraft& input : inputs) names.push_back(input.name);
  return names;
}

std::vector<std::string> StageDraft::output_names() const {
  std::vector<std::string> names;
  for (const OutputDraft& output : outputs) names.push_back(output.name);
  return names;
}

}  // namespace sluice::workflow
