#include "stages/stage/parallel.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sluice::stage {
namespace {

TEST(Parallel, EveryPieceIsDoneOnce) {
  for (const int threads : {0, 1, 3, 64}) {
    std::vector<std::atomic<int>> done(1000);
    for_each_piece(threads, done.size(), [&](std::size_t i) { ++done[i]; });
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
  for_each_piece(4, 0, [](std::size_t) { ADD_FAILURE() << "there is no piece"; });
}

TEST(Parallel, AnExceptionEndsItAndComesOut) {
  for (const int threads : {1, 4}) {
    std::atomic<int> done{0};
    const auto work = [&](std::size_t i) {
      if (i == 10) throw std::runtime_error("bad piece");
      ++done;
    };
    EXPECT_THROW(for_each_piece(threads, 1000, work), std::runtime_error);
    EXPECT_TRUE(threads > 1 || done == 10) << done;
  }
}

}  // namespace
}  // namespace sluice::stage
