// The page of a study: one HTML file that needs nothing but itself, opens from a disk, and prints. Pictures
// are SVG; what the pointer rests on says what it is; there is no script.
#pragma once

#include <string>

#include "stages/sweep/report/view.h"

namespace sluice::sweep {

std::string report_page(const View& view, const std::string& title);

}  // namespace sluice::sweep
