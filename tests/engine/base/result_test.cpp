#include "engine/base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace sluice {
namespace {

Result<int> half(int number) {
  if (number % 2 == 0) return number / 2;
  return Error{"it is odd", "the number", "try " + std::to_string(number + 1), ErrorKind::usage};
}

TEST(Result, IsAValueOrAnError) {
  const auto good = half(4);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 2);
  EXPECT_EQ(good.value_or(9), 2);
  const auto bad = half(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().what, "it is odd");
  EXPECT_EQ(bad.value_or(9), 9);
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  ASSERT_TRUE(result);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 5);
}

TEST(Error, SaysWhatWhereAndWhatToDo) {
  EXPECT_EQ(to_string(half(3).error()), "the number: it is odd\n  try 4");
  EXPECT_EQ(to_string(Error{"it is odd", "", ""}), "it is odd");
  EXPECT_EQ(to_string(Error{"it is odd", "here", ""}), "here: it is odd");
  EXPECT_EQ(to_string(Error{"it is odd", "", "add one"}), "it is odd\n  add one");
}

TEST(Error, DecidesTheExitCode) {
  EXPECT_EQ(exit_code(ErrorKind::usage), 64);
  EXPECT_EQ(exit_code(ErrorKind::data), 65);
  EXPECT_EQ(exit_code(ErrorKind::internal), 70);
  EXPECT_EQ(exit_code(ErrorKind::io), 74);
}

}  // namespace
}  // namespace sluice
