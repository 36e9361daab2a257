// A study file, read whole; its mistakes become one error that shows each of them.
#pragma once

#include <string>

#include "engine/base/json.h"
#include "stages/hpo/study/settings.h"

namespace sluice::sweep {

/// `description`: what the trial program says of itself, to check the space against; may be null.
Result<hpo::StudySettings> load_study(const std::string& text, const std::string& name,
                                      const json::object* description = nullptr);

}  // namespace sluice::sweep
