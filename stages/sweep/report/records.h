// What programs read of a study: the best configuration as TOML, all trials as CSV, anything as JSON.
#pragma once

#include <string>

#include "engine/base/json.h"
#include "stages/sweep/report/view.h"

namespace sluice::sweep {

/// The best configuration, to be given to a training; empty as long as there is none.
std::string best_toml(const hpo::Study& study);
json::value best_json(const View& view);  ///< null as long as there is none

/// One line for each trial.
std::string trials_csv(const View& view);
json::array trials_json(const View& view);
/// One trial with all it measured, and with its runs.
json::object trial_json(const View& view, const hpo::Observation& trial);

json::object status_json(const View& view);

}  // namespace sluice::sweep
