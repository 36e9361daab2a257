// "1..4" and "0..100 step 10": both ends belong to it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::workflow {

/// The numbers of a range; an error when the text is none, is empty, or has more than `most` numbers.
Result<std::vector<std::int64_t>> parse_range(std::string_view text, std::uint64_t most);

}  // namespace sluice::workflow
