// Times and counts as the HTML page of a run says them; what it is made with is engine/base/html_text.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/html_text.h"

namespace sluice::report {

using html::element;
using html::escape;
using html::svg_number;

/// "2026-11-21 09:17:03 CET"; in the time zone of this machine.
std::string time_text(std::int64_t wall_ns);

/// "100 000": three digits and three digits, with narrow blanks that do not break.
std::string grouped(std::size_t number);
std::string count_of(std::size_t count, std::string_view noun);  ///< "1 task", "12 tasks"

}  // namespace sluice::report
