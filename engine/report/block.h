// The live block on a terminal as text: stages as rows with bars, what runs, how long it still takes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/report/progress.h"
#include "engine/report/terminal.h"

namespace sluice::report {

/// So many running tasks are named, of those that are handed over first.
constexpr std::size_t most_running_in_block = 6;

/// Lines without their ends, none wider than the terminal and, together, fewer than its height.
std::vector<std::string> block(const Progress& progress, const Terminal& terminal);

/// One character for each cell: what is done first, then what is lost, what runs, what waits. Whatever there
/// is at all gets a cell.
std::string bar(const Tally& tally, std::size_t cells, const Terminal& terminal);

std::string to_string(const TimeLeft& left);               ///< "about 12 min left"
std::string percent(std::size_t part, std::size_t whole);  ///< "7%", never 100% while anything is missing

}  // namespace sluice::report
