// Which attempt stood in which slot: attempts that overlap in time never share a lane, and as few lanes as
// possible are used in each place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/report/run_summary.h"

namespace sluice::report {

struct Lane {
  std::string place;
  std::vector<std::uint32_t> spans;  ///< indices, in the order of time
};

/// Lanes of one place are neighbours; places in the order of their first attempt.
std::vector<Lane> make_lanes(std::span<const Span> spans);

}  // namespace sluice::report
