// What a study has to show: the best configuration, all trials as a table, a few lines for a terminal, and a
// page with pictures.
#pragma once

#include <string>

#include "stages/hpo/study/study.h"

namespace sluice::sweep {

/// The best configuration as TOML, to be given to a training.
std::string best_toml(const hpo::Study& study);
/// One line for each trial.
std::string trials_csv(const hpo::Study& study);
/// How far it has got, and what is best so far.
std::string status_text(const hpo::Study& study);
/// One trial with its milestones; nothing if there is no such trial.
std::optional<std::string> trial_text(const hpo::Study& study, std::int64_t trial);
/// A page of its own: best so far, curves with their rungs, parameters against loss, the table.
std::string report_html(const hpo::Study& study, const std::string& title);

}  // namespace sluice::sweep
