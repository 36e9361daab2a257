// One run of sluice-train, by hand or as a trial: opens the data, collects the settings, trains, writes the
// model.
#pragma once

#include <string>

#include "stages/model/definition/config.h"
#include "stages/stage/context.h"
#include "stages/stage/fields.h"
#include "stages/stage/run.h"
#include "stages/train/settings.h"

namespace sluice::train {

struct Options : model::ModelConfig, Settings {
  std::string dataset;
  std::string config;
  stage::OutputPath model;
  stage::OutputPath report;
  std::int64_t epochs = 30;
  std::int64_t tokens = 16384;
  std::int64_t readers = 1;
  std::int64_t keep = 3;
  stage::Seconds checkpoint_every{600};
  std::string device = "auto";
  bool profile = false;
  std::string trial;
};

Result<stage::Outcome> run_session(const Options& options, stage::Context& context);

}  // namespace sluice::train
