// How the HTML page looks: light and dark, on paper and on a telephone, with colours that colour-blind people
// can tell apart, and nothing that is loaded from elsewhere.
#pragma once

namespace sluice::report {

extern const char* const page_style;
/// Patterns that the pictures of the page refer to.
extern const char* const page_patterns;

}  // namespace sluice::report
