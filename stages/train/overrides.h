// Settings from a file instead of the command line: what a sweep found best (TOML), or what a trial is to try
// (JSON). They replace what the command line says.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/result.h"
#include "stages/model/definition/config.h"
#include "stages/train/settings.h"

namespace sluice::train {

/// `tables`: a TOML file whose settings stand at its top, or in [parameters], [model] and [train].
Status apply_toml(Disk& disk, const std::string& path, model::ModelConfig& config, Settings& settings);
Status apply_parameters(const json::object& parameters, const std::string& where, model::ModelConfig& config,
                        Settings& settings);

/// Everything that decides what comes out of a training on given data, as one text.
std::string identity_text(const model::ModelConfig& config, const Settings& settings);

}  // namespace sluice::train
