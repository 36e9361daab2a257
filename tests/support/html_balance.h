// Whether a page of HTML is whole.
#pragma once

#include <string>

namespace sluice::tests {

/// Every tag that is opened is closed, in the right order: what a browser would mend by guessing. Empty when
/// all is well.
std::string first_imbalance(const std::string& html);

}  // namespace sluice::tests
