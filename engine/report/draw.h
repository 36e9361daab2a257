// Graphviz as a helper process: a picture where it is installed, and a plain word where it isn't.
#pragma once

#include <string>

#include "engine/base/process.h"
#include "engine/base/result.h"

namespace sluice::report {

/// `dot -Tsvg`: a complete SVG file. The error says how to get Graphviz.
Result<std::string> draw_svg(Processes& processes, const std::string& dot_text,
                             const std::string& search_path);
/// The <svg> element alone, to stand in an HTML page; empty if there is none.
std::string svg_element(const std::string& svg_file);

}  // namespace sluice::report
