// Settings from a file: what a sweep found best (TOML) replaces defaults, and gives way to what the command
// line says; what a trial is to try (JSON) replaces everything.
#pragma once

#include <set>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/result.h"
#include "stages/model/definition/config.h"
#include "stages/train/settings.h"

namespace sluice::train {

/// A file whose settings stand at its top, or in [parameters], [model] and [train]. Those in `given` stay as
/// they are.
Status apply_toml(Disk& disk, const std::string& path, const std::set<std::string>& given,
                  model::ModelConfig& config, Settings& settings);
Status apply_parameters(const json::object& parameters, const std::string& where, model::ModelConfig& config,
                        Settings& settings);

/// Everything that decides what comes out of a training on given data, as one text.
std::string identity_text(const model::ModelConfig& config, const Settings& settings);

}  // namespace sluice::train
