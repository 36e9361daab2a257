// What podio needs to know about a file it reads: the tree podio_metadata, and the branches for event
// parameters, which it expects even when they are empty.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/class_info.h"
#include "stages/edm4hep/event.h"
#include "stages/edm4hep/root_output.h"

namespace sluice::edm4hep {

/// The branches of event parameters ("GPIntKeys") and their classes ("vector<string>").
const std::vector<std::string>& parameter_names();
const std::vector<std::string>& parameter_classes();

Status write_metadata(RootOutput& output, const FileSchema& schema);

/// The classes of that tree.
std::vector<ClassInfo> metadata_classes();

}  // namespace sluice::edm4hep
