// The texts of `sluice`, `sluice help VERB` and `sluice VERB --help`, made from the table of verbs.
#pragma once

#include <span>
#include <string>

#include "engine/cli/verb.h"

namespace sluice::cli {

std::string overview(std::span<const Verb> verbs);
std::string help_text(const Verb& verb);
std::string usage_line(const Verb& verb);  ///< "sluice run WORKFLOW [OPTIONS]"
Error unknown_verb(const std::string& name);

}  // namespace sluice::cli
