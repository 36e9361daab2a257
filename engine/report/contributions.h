// What the stages of a run have to say in its report. The engine knows nothing of physics: a stage
// contributes by an output called `report` (a page, or a folder with report.html in it), and the workflow
// names the numbers to lead with. Both are read from the published outputs, so they are there of a run that
// goes on, too.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/report/run_summary.h"

namespace sluice::report {

/// Fills in `sections` and the values of `numbers`. What can't be read becomes a problem in its place, never
/// an error: a report is wanted most when something is wrong. `page_folder`: where the report will lie, for
/// its links; empty: in the run folder.
void read_contributions(Disk& disk, RunSummary& summary, const std::string& page_folder = {});

/// "0.931 ± 0.012": to two digits of the error.
std::string number_text(const Number& number);

}  // namespace sluice::report
