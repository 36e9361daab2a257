// The page for people: one HTML file that holds its figures, and needs nothing from anywhere else.
#pragma once

#include "stages/evaluate/physics/tally.h"
#include "stages/evaluate/report/figure.h"

namespace sluice::evaluate {

struct Facts {
  std::vector<std::pair<std::string, std::string>> rows;  ///< "events", "12,345"
};

/// Draws the figures as files into FOLDER/figures, and writes FOLDER/report.html.
/// `speed` has no name when nobody measured.
Status write_report(const Tally& tally, const Facts& facts, const Figure& speed, const std::string& folder,
                    Processes& processes);

}  // namespace sluice::evaluate
