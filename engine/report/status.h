// `sluice status`: the same summary that the page is made of, for a terminal and for programs.
#pragma once

#include <string>

#include "engine/base/json.h"
#include "engine/report/run_summary.h"
#include "engine/report/terminal.h"

namespace sluice::report {

std::string status_text(const RunSummary& summary, const Terminal& terminal);
json::value status_json(const RunSummary& summary);

json::object to_json(const Tally& tally);

}  // namespace sluice::report
