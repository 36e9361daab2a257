// The parts of the HTML page, each a pure function. Inside the report only.
#pragma once

#include <string>
#include <vector>

#include "engine/report/run_summary.h"

namespace sluice::report {

std::string page_header(const RunSummary& summary);    ///< name, state, figures, one bar for everything
std::string failures_part(const RunSummary& summary);  ///< empty without failures
std::string stages_part(const RunSummary& summary);    ///< the table of stages, with advice
std::string running_part(const RunSummary& summary);   ///< empty when nothing runs
std::string graph_part(const RunSummary& summary, const std::string& svg, const std::string& note);
std::string timeline_part(const RunSummary& summary);
std::string slowest_part(const RunSummary& summary);
std::string retries_part(const RunSummary& summary);  ///< empty without retries
std::string notes_part(const RunSummary& summary);    ///< empty without notes
std::string provenance_part(const RunSummary& summary);

std::string numbers_html(const RunSummary& summary);  ///< empty when the workflow names none
std::vector<std::string> stages_with_pages(const RunSummary& summary);
std::string stage_pages_part(const RunSummary& summary, const std::string& stage);

std::string tally_bar(const Tally& tally, const std::string& css);
std::string tally_legend(const Tally& tally);

}  // namespace sluice::report
