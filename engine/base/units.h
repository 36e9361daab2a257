// Quantities as people write them: "4 GB", "1.5 GiB", "90 min", "1 h 30 min". Numbers without a unit are
// refused where a unit is needed, because a bare 60 has meant seconds to one person and minutes to another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace sluice {

/// Bytes: B, kB/KB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB. Blanks are optional.
Result<std::uint64_t> parse_bytes(std::string_view text);
/// Seconds: ms, s/sec, min, h, d, also composed ("1 h 30 min", "2d 4h") and "HH:MM:SS".
Result<double> parse_seconds(std::string_view text);
/// A share: "5%" or "5 %" is 0.05.
Result<double> parse_percent(std::string_view text);

std::string format_bytes(std::uint64_t bytes);  ///< "1.5 GB": three digits at most, powers of 1000
std::string format_seconds(double seconds);     ///< "0.35 s", "42 s", "3 min 05 s", "2 h 10 min", "3 d 4 h"

}  // namespace sluice
