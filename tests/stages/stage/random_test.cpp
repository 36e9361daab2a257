#include "stages/stage/random.h"

#include <gtest/gtest.h>

namespace sluice::stage {
namespace {

// Known answers that come with the authors' Random123 library (file kat_vectors).
static_assert(philox({0, 0, 0, 0}, {0, 0}) == Random4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
              Random4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Random4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

TEST(Random, SeedEventAndDrawAllMatter) {
  const Random4 numbers = random4(1, 2, 3);
  EXPECT_EQ(random4(1, 2, 3), numbers);
  EXPECT_NE(random4(2, 2, 3), numbers);
  EXPECT_NE(random4(1, 3, 3), numbers);
  EXPECT_NE(random4(1, 2, 4), numbers);
  EXPECT_NE(random4(1, 2ULL << 32U, 3), numbers);
}

TEST(Random, UniformIsInsideTheOpenInterval) {
  EXPECT_GT(uniform(0), 0);
  EXPECT_LT(uniform(0xffffffff), 1);
  EXPECT_DOUBLE_EQ(uniform(0x7fffffff) + uniform(0x80000000), 1);
}

}  // namespace
}  // namespace sluice::stage
