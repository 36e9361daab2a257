#include <gmock/gmock.h>
#include <gtest/gtest.h>

TEST(GoogleTest, RunsAndMatches) { EXPECT_THAT(std::vector({1, 2, 3}), ::testing::ElementsAre(1, 2, 3)); }
