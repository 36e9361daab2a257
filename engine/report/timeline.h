// The time line of a run as SVG: slots as rows, attempts as bars in the colours of their stages. With more
// rows than a page can show it becomes a curve of how many ran at once; with more bars than a page can hold,
// neighbours are drawn as one. So its size is bounded, whatever the number of attempts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/report/run_summary.h"

namespace sluice::report {

/// An <svg> element and its legend; a sentence when there is nothing to draw.
std::string timeline_html(std::span<const Span> spans, const std::vector<StageSummary>& stages);

/// The class that gives a stage its colour. There are seven, and seven paler ones.
std::string stage_class(std::size_t stage);

}  // namespace sluice::report
