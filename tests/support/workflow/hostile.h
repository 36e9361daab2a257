// Loads a text that nobody vouches for, and checks what must hold whatever it says. The fuzzer and the
// mutation test share it.
#pragma once

#include <string>
#include <string_view>

namespace sluice::workflow {

/// Empty, or what is wrong with Sluice. A line "#site" separates the workflow from a site file that is laid
/// under it.
std::string load_hostile(std::string_view text);

}  // namespace sluice::workflow
