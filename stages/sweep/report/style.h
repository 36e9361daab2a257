// The style sheet of a study's page: light and dark, for screens and for paper.
#pragma once

namespace sluice::sweep {

extern const char* const page_style;
/// Hatching for runs that came to nothing.
extern const char* const page_patterns;

}  // namespace sluice::sweep
