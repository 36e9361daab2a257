// Looking at a study from a terminal: status, best, show, report. The journal is all they need.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/result.h"

namespace sluice::sweep {

/// The words as they were typed, the verb first.
Status look(std::span<const std::string> words, std::ostream& out);

/// The folder with the journal: `folder` itself, or the only study below it (below the `.sluice` of a run
/// folder, too).
Result<std::string> find_study(Disk& disk, const std::string& folder);

}  // namespace sluice::sweep
