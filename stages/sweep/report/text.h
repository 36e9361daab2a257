// What a terminal shows of a study.
#pragma once

#include <string>

#include "stages/sweep/report/view.h"

namespace sluice::sweep {

/// How far it has got, and what is best so far: a few lines.
std::string status_text(const View& view);
/// All trials as a table with aligned columns.
std::string trials_text(const View& view);
/// One trial with what it measured, and its runs.
std::string trial_text(const View& view, const hpo::Observation& trial);

/// What came of a stretch of training, as a line: "trial 8: val_loss 2.82 at step 9, the best so far (lr
/// 0.005)".
std::string result_text(const hpo::Study& study, const hpo::Work& work);

/// "7 at step 9, 21 at step 3, 36 at step 1": how many trials came how far, the farthest first.
std::string rungs_text(const View& view);

}  // namespace sluice::sweep
