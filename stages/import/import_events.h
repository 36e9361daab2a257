// The work of sluice-import: EDM4hep files in, one event file out.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/import/preset.h"
#include "stages/stage/context.h"

namespace sluice::import {

struct ImportOptions {
  std::vector<std::string> inputs;
  std::string output;
  std::string sample;  ///< what these events are; kept in the file
  bool write_hits = true;
  int compression = 1;
};

/// Events are read, built and written in pieces that fit into `piece_bytes`; bytes don't depend on threads.
Status import_events(const ImportOptions& options, const Preset& preset, stage::Context& context,
                     std::uint64_t piece_bytes = std::uint64_t{16} << 20U);

}  // namespace sluice::import
