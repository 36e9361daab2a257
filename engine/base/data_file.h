// Data files that come with Sluice (detectors, samples) are named, not addressed: `--detector clic`. The
// engine, which hashes them, and the stages, which read them, find them by the same rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"

namespace sluice {

/// Where names are looked up, in this order: the folders of SLUICE_DATA (its value is `sluice_data`,
/// separated by colons), then share/sluice/data beside the folder of the program (the build tree has one
/// too).
std::vector<std::string> data_folders(std::string_view sluice_data, const std::string& program_folder);

/// The path of `value`, a name ("clic": FOLDER/kind/clic.toml in the first folder that has it) or, when it
/// holds a slash or ends in the suffix, a path. The error lists what there is.
Result<std::string> find_data_file(Disk& disk, const std::vector<std::string>& folders,
                                   const std::string& kind, const std::string& suffix,
                                   const std::string& value);

}  // namespace sluice
