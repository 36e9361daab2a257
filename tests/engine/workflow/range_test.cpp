#include "engine/workflow/range.h"

#include <gtest/gtest.h>

namespace sluice::workflow {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(Range, HoldsBothEnds) {
  EXPECT_EQ(*parse_range("1..4", 100), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(*parse_range("7..7", 100), (Numbers{7}));
  EXPECT_EQ(*parse_range("-2..1", 100), (Numbers{-2, -1, 0, 1}));
  EXPECT_EQ(*parse_range(" 1 .. 2 ", 100), (Numbers{1, 2}));
}

TEST(Range, TakesSteps) {
  EXPECT_EQ(*parse_range("0..100 step 25", 100), (Numbers{0, 25, 50, 75, 100}));
  EXPECT_EQ(*parse_range("0..10 step 4", 100), (Numbers{0, 4, 8}));
}

TEST(Range, MayEndAtTheLargestNumbers) {
  EXPECT_EQ(*parse_range("9223372036854775806..9223372036854775807", 100),
            (Numbers{9223372036854775806, 9223372036854775807}));
  EXPECT_EQ(*parse_range("-9223372036854775808..9223372036854775807 step 9223372036854775807", 100),
            (Numbers{INT64_MIN, -1, 9223372036854775806}));
}

TEST(Range, RefusesTheRest) {
  const auto complaint = [](const char* text) { return to_string(parse_range(text, 1000).error()); };
  const std::string form = " is not a range\n  write \"1..4\" or \"0..100 step 10\"";
  for (const char* text :
       {"", "1", "1..", "..4", "1...4", "1..4 steps 2", "1..4 step", "a..b", "1..4,5", "1.5..4"})
    EXPECT_EQ(complaint(text), "'" + std::string(text) + "'" + form);
  EXPECT_EQ(complaint("4..1"), "'4..1' is empty\n  write the smaller end first");
  EXPECT_EQ(complaint("1..4 step 0"),
            "'1..4 step 0' has a step below 1\n  write the smaller end first, and a step of 1 or more");
  EXPECT_EQ(complaint("1..1001"),
            "'1..1001' has more than 1000 values\n  that is the most tasks a workflow can have");
  EXPECT_EQ(complaint("-9223372036854775808..9223372036854775807"),
            "'-9223372036854775808..9223372036854775807' has more than 1000 values\n"
            "  that is the most tasks a workflow can have");
  EXPECT_TRUE(parse_range("1..1000", 1000));
}

}  // namespace
}  // namespace sluice::workflow
