#include "engine/workflow/value.h"

#include <gtest/gtest.h>

#include "engine/workflow/names.h"

namespace sluice::workflow {
namespace {

TEST(Value, HasOneTextHoweverItWasWritten) {
  EXPECT_EQ(to_text(Scalar(std::int64_t{-5})), "-5");
  EXPECT_EQ(to_text(Scalar(1e6)), "1000000");
  EXPECT_EQ(to_text(Scalar(-2.0)), "-2");
  EXPECT_EQ(to_text(Scalar(0.1)), "0.1");
  EXPECT_EQ(to_text(Scalar(1e300)), "1e+300");
  EXPECT_EQ(to_text(Scalar(true)), "true");
  EXPECT_EQ(to_text(Scalar(std::string("a b"))), "a b");
  EXPECT_EQ(to_text(Value{Type::real, true, {0.5, 2.0}}), "[5E-1,2E0]");
}

TEST(Value, SaysItsType) {
  EXPECT_EQ(type_name(scalar_value(std::int64_t{1})), "an integer");
  EXPECT_EQ(type_name(Value{Type::text, true, {}}), "a list of texts");
  EXPECT_EQ(type_name(Value{Type::boolean, true, {}}), "a list of booleans");
}

TEST(ParseLike, WholeNumbersMayBeWrittenAsReals) {
  const Value integer = scalar_value(std::int64_t{1});
  EXPECT_EQ(parse_like(integer, "2e3")->items.front(), Scalar(std::int64_t{2000}));
  EXPECT_FALSE(parse_like(integer, "1e300"));
  EXPECT_FALSE(parse_like(integer, ""));
  EXPECT_FALSE(parse_like(integer, " 1"));
}

TEST(ParseLike, TextsHoldNoControlCharacters) {
  const Value text = scalar_value(std::string("a"));
  EXPECT_TRUE(parse_like(text, "é, anything"));
  EXPECT_FALSE(parse_like(text, "a\nb"));
  EXPECT_FALSE(parse_like(text, "\xff"));
}

TEST(Names, AreLettersDigitsUnderscoresAndDashes) {
  for (const char* good : {"a", "_", "clic-gnn_2", "A1"}) EXPECT_TRUE(is_name(good)) << good;
  for (const char* bad : {"", "1a", "-a", "a b", "a.b", "é", "a/b"}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
  EXPECT_FALSE(is_identifier("a-b"));
}

}  // namespace
}  // namespace sluice::workflow
