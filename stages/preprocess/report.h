// The validation report: report.json for machines, report.html with figures for people.
#pragma once

#include <string>
#include <vector>

#include "engine/base/process.h"
#include "engine/base/result.h"
#include "stages/preprocess/gates.h"

namespace sluice::preprocess {

struct Report {
  std::vector<GateResult> gates;
  std::vector<Distribution> figures;
  std::vector<std::pair<std::string, std::string>> facts;  ///< "events in train", "12,345"
};

std::string report_json(const Report& report);

/// Draws the figures with gnuplot; an error when there is none.
Result<std::string> report_html(const Report& report, Processes& processes,
                                const std::string& scratch_folder);

}  // namespace sluice::preprocess
