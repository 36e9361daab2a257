// The fingerprint of a task is the hash of a text that says, line by line, all it depends on: the program,
// the command line with every input replaced by its content hash and every output by its name, the
// environment. So what `explain` shows as a difference is complete by construction: two texts are equal
// exactly when the fingerprints are.
//
//   program sluice-simulate results 3
//   --detector {7c1f…}
//   --events 200
//   --input.geometry {5f3a…}
//   --output.events {>events}
//   env OMP_NUM_THREADS=1
//
// Below an empty line follow notes, for people and not hashed: which files stand behind the hashes, and the
// version.
//
//   data --detector 7c1f… /site/detectors/clic.toml
//   input geometry 5f3a… sim/geometry.root
//   input events 77ab… 2 files
//    sim/qq/1.root 5f3a…
//    sim/qq/2.root 01b4…
//   version sluice-simulate 1.2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/hash.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

/// How the pieces of a recipe turn into content.
struct RecipeSources {
  const workflow::Stage* stage = nullptr;
  const workflow::ProgramInfo* program = nullptr;
  Hash128 program_hash;                                    ///< of a command's executable
  std::function<Hash128(std::uint32_t input)> input_hash;  ///< of an input of the stage
  std::function<Hash128(const std::string& path)> data_hash;
};

enum class RecipePart : std::uint8_t {
  all,       ///< for the fingerprint
  identity,  ///< for the state folder: without words that only extend the work
};

/// Appends the lines of a command, each after `prefix`: "trial " for what the trials of a stage run.
void append_command(std::string& out, const workflow::Recipe& recipe, const RecipeSources& sources,
                    RecipePart part, std::string_view prefix = {});

/// A word as it stands in a recipe: in quotes if anything in it could be misread.
void append_quoted(std::string& out, std::string_view text);

std::string_view hashed_part(std::string_view text);  ///< of a stored text: up to the notes
std::string_view notes_part(std::string_view text);

}  // namespace sluice::plan
