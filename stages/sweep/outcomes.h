// What the files of a run that ended mean for the study: whose fault a failure was, and what it cost.
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/handoff/job.h"
#include "engine/handoff/report.h"
#include "stages/sweep/world.h"

namespace sluice::sweep {

/// Without the curve. A success still needs its status.
Seen seen_in_job(const handoff::Job& job);
/// What the trial says of itself: ending and reason.
void judge(const handoff::RunStatus& status, hpo::WorkResult& result);

std::optional<double> metric_of(const handoff::Metrics& metrics, const std::string& name);
Error no_metric(const std::string& name, const handoff::Metrics& metrics, const std::string& where);

}  // namespace sluice::sweep
