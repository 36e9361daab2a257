#include "engine/cli/verbs.h"

#include <vector>

namespace sluice::cli {

std::span<const Verb> verbs() {
  static const std::vector<Verb> table = {
      run_verb(),     plan_verb(),     explain_verb(),    status_verb(), logs_verb(),
      report_verb(),  graph_verb(),    cancel_verb(),     clean_verb(),  tick_verb(),
      orphans_verb(), executor_verb(), completion_verb(), help_verb(),   version_verb(),
  };
  return table;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : verbs())
    if (verb.name == name) return &verb;
  return nullptr;
}

}  // namespace sluice::cli
