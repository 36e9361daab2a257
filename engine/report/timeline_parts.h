// The three ways in which the time line draws attempts. Inside the report only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/report/lanes.h"
#include "engine/report/run_summary.h"
#include "engine/report/time_axis.h"

namespace sluice::report {

struct LaneLook {
  double top = 0;
  double step = 16;
  double height = 12;

  double y(std::size_t lane) const { return top + step * static_cast<double>(lane); }
};

/// One rectangle each, that says on hovering what it is.
std::string single_bars(std::span<const Span> spans, const std::vector<Lane>& lanes, const TimeAxis& axis,
                        const LaneLook& look);

/// One path a stage; where several attempts share a pixel, the one that took most of it is seen.
std::string merged_bars(std::span<const Span> spans, const std::vector<Lane>& lanes,
                        const std::vector<StageSummary>& stages, const TimeAxis& axis, const LaneLook& look);

/// Areas on top of each other: how many attempts of each stage ran at once. Sets the height of the scale.
std::string stacked_areas(std::span<const Span> spans, const std::vector<StageSummary>& stages,
                          const TimeAxis& axis, double top, double height, double& most_at_once);

}  // namespace sluice::report
