// The fingerprint of a task is the hash of a text that says, line by line, all it depends on: the program,
// the command line with every input replaced by its content hash and every output by its name, the
// environment. So what `explain` shows as a difference is complete by construction: two texts are equal
// exactly when the fingerprints are.
//
//   program sluice-simulate results 3
//   --detector clic {data 7c1f…}
//   --events 200
//   --input.geometry {geometry 5f3a…}
//   --output.events {events}
//   env OMP_NUM_THREADS=1
//
// Below an empty line follow notes, for people and not hashed: versions, and which files the inputs were.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/hash.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

/// How the pieces of a recipe turn into content.
struct RecipeSources {
  const workflow::TaskGraph* graph = nullptr;
  workflow::TaskIndex task = workflow::no_task;
  std::string_view program_hash;  ///< of a command's executable; empty for a described stage
  std::function<Hash128(std::uint32_t input)> input_hash;  ///< of an input of the task's stage
  std::function<Hash128(const std::string& path)> data_hash;
};

enum class RecipePart {
  all,       ///< for the fingerprint
  identity,  ///< for the state folder: without words that only extend the work
};

/// Appends the lines, without notes. `trials`: the lines of the trials of a stage that has them.
void append_recipe(std::string& out, const workflow::Recipe& recipe, const workflow::ProgramInfo& program,
                   const RecipeSources& sources, RecipePart part, std::string_view line_prefix = {});

std::string_view hashed_part(std::string_view text);  ///< of a stored text: up to the notes
std::string_view notes_part(std::string_view text);

}  // namespace sluice::plan
