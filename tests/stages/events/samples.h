// Events for the tests of the store: few, of any length, the same in every run.
#pragma once

#include <vector>

#include "stages/events/block.h"
#include "stages/events/schema.h"
#include "stages/stage/random.h"

namespace sluice::events::tests {

inline std::uint32_t random_bits(std::uint64_t event, std::uint64_t what) {
  return stage::random4(event, what)[0];
}

/// Two collections, all number types.
inline FileSpec small_spec() {
  FileSpec spec;
  spec.collections = {
      {"events",
       true,
       {{"status", Number::u8, {"status"}},
        {"id", Number::u64, {"a", "b"}},
        {"energy", Number::f64, {"energy"}}}},
      {"tracks", false, {{"features", Number::f32, {"x", "y", "z"}}, {"labels", Number::i32, {"class"}}}},
      {"hits", false, {{"features", Number::f32, {"energy"}}}}};
  return spec;
}

/// Events [first, last); event i has i % 7 tracks, and many hits.
inline Block small_block(std::uint64_t first, std::uint64_t last) {
  Block block(small_spec());
  for (std::uint64_t event = first; event < last; ++event) {
    block.rows(MatrixId{0, 0}).append(std::vector<std::uint8_t>{static_cast<std::uint8_t>(event)});
    block.rows(MatrixId{0, 1}).append(std::vector<std::uint64_t>{event, event * event});
    block.rows(MatrixId{0, 2}).append(std::vector<double>{0.1 * static_cast<double>(event)});
    for (std::uint64_t i = 0; i < event % 7; ++i) {
      block.rows(MatrixId{1, 0})
          .append(std::vector<float>{static_cast<float>(event), static_cast<float>(i), -1.5F});
      block.rows(MatrixId{1, 1}).append(std::vector<std::int32_t>{-static_cast<std::int32_t>(i)});
    }
    for (std::uint64_t i = 0; i < 50 + event % 11; ++i)
      block.rows(MatrixId{2, 0}).append(std::vector<float>{static_cast<float>(random_bits(event, i) % 1000)});
    block.end_event();
  }
  return block;
}

}  // namespace sluice::events::tests
