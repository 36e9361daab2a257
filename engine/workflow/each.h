// `each`: what a stage has one task for. A table of keys ({ sample = "{samples}", shard = "1..4" }), another
// stage
// ("simulate": one task for each of its tasks), or both, in a list: ["simulate", { fold = "1..5" }].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/disk.h"
#include "engine/base/toml.h"
#include "engine/workflow/fanout.h"
#include "engine/workflow/template.h"

namespace sluice::workflow {

struct Each {
  std::string follows;  ///< the stage whose tasks these are one for each of; empty: none
  SourceRange follows_range;
  std::vector<std::shared_ptr<const Domain>> own;
  std::vector<SourceRange> own_ranges;  ///< of the keys
  bool broken = false;
};

struct EachContext {
  const Params& params;
  Disk& disk;
  std::string folder;  ///< of the workflow file: patterns start there
  std::uint64_t most_tasks;
};

Each read_each(const TomlValue& value, const EachContext& context, Diagnostics& diagnostics);

/// All combinations, in declaration order: the followed stage's rows, then own keys, the last one fastest.
/// Reports more than `most_tasks`. `followed` is null when no stage is followed.
Fanout combine(const Each& each, const Fanout* followed, std::uint64_t most_tasks, SourceRange range,
               Diagnostics& diagnostics);

}  // namespace sluice::workflow
