// `sluice report`: one HTML file that needs nothing but itself.
#pragma once

#include <string>

#include "engine/report/run_summary.h"

namespace sluice::report {

/// `graph_svg`: the picture of the graph; when it is empty `graph_note` says why, and a list stands in its
/// place.
std::string report_page(const RunSummary& summary, const std::string& graph_svg,
                        const std::string& graph_note);

}  // namespace sluice::report
