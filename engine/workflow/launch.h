// From `program`/`command`, `args` and `env` to the words of a command line. A Sluice stage's words are
// checked against what it says about itself; any other program's are taken as they are written.
#pragma once

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"

namespace sluice::workflow {

/// Finds the program and compiles the words of a stage's tasks, or of its trials. Inputs must be connected.
void compile_launch(StageDraft& stage, LaunchDraft& launch, LoadContext& context);

/// The words for `args`, in the order of the description; reports what the description does not allow.
std::vector<CompiledWord> compile_arguments(const StageDraft& stage, const LaunchDraft& launch,
                                            LoadContext& context);

/// Lays one `env` table over the variables that are there.
void lay_env(const TomlMember& table, const Scope& scope, EnvWords& words, Diagnostics& diagnostics);

CompiledWord text_word(std::string text);

/// Reports a text that no command line can carry.
bool check_word(const Filled& filled, Diagnostics& diagnostics);

}  // namespace sluice::workflow
