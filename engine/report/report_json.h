// The report for programs: the same that the page says, except for the pages of stages, of which it says
// where they are.
#pragma once

#include "engine/base/json.h"
#include "engine/report/run_summary.h"

namespace sluice::report {

json::value report_json(const RunSummary& summary);

}  // namespace sluice::report
