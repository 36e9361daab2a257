#include "stages/stage/value.h"

#include <gtest/gtest.h>

#include "engine/base/result.h"

namespace sluice::stage {
namespace {

Parameter of(Type type) {
  Parameter parameter;
  parameter.type = type;
  return parameter;
}

std::string refusal(const Parameter& parameter, std::string_view text) {
  const auto value = parse_value(parameter, text);
  return value ? "accepted" : to_string(value.error());
}

TEST(Value, WholeNumbersAreOnlyDigitsAndASign) {
  EXPECT_EQ(*parse_value(of(Type::integer), "-7"), Scalar(std::int64_t{-7}));
  EXPECT_EQ(*parse_value(of(Type::integer), "9223372036854775807"),
            Scalar(std::int64_t{9223372036854775807}));
  EXPECT_EQ(refusal(of(Type::integer), "9223372036854775808"),
            "'9223372036854775808' does not fit into 64 bits");
  for (const char* text : {"", "1.0", "1e6", "0x10", " 1", "1 ", "+1", "seven"})
    EXPECT_EQ(refusal(of(Type::integer), text),
              "'" + std::string(text) + "' is not a whole number\n  for example 200");
}

TEST(Value, NumbersAreFinite) {
  EXPECT_EQ(*parse_value(of(Type::real), "1e-3"), Scalar(0.001));
  EXPECT_EQ(*parse_value(of(Type::real), "-2"), Scalar(-2.0));
  EXPECT_EQ(refusal(of(Type::real), "nan"), "'nan' is not a finite number\n  for example 0.5");
  EXPECT_EQ(refusal(of(Type::real), "inf"), "'inf' is not a finite number\n  for example 0.5");
  EXPECT_EQ(refusal(of(Type::real), "1e999"), "'1e999' is too large or too small a number");
  EXPECT_EQ(refusal(of(Type::real), "1,5"), "'1,5' is not a number\n  for example 0.5");
}

TEST(Value, TruthIsTrueOrFalse) {
  EXPECT_EQ(*parse_value(of(Type::boolean), "true"), Scalar(true));
  EXPECT_EQ(*parse_value(of(Type::boolean), "false"), Scalar(false));
  for (const char* text : {"yes", "1", "True", ""})
    EXPECT_EQ(refusal(of(Type::boolean), text), "'" + std::string(text) + "' is neither true nor false");
}

TEST(Value, ChoicesSuggestTheNearest) {
  Parameter loss = of(Type::choice);
  loss.choices = {"focal", "cross_entropy"};
  EXPECT_EQ(*parse_value(loss, "focal"), Scalar(std::string("focal")));
  EXPECT_EQ(refusal(loss, "fcoal"),
            "'fcoal' is not one of the choices\n  did you mean 'focal'? It is one of focal, cross_entropy");
  EXPECT_EQ(refusal(loss, "zzz"), "'zzz' is not one of the choices\n  one of focal, cross_entropy");
}

TEST(Value, QuantitiesHaveUnits) {
  EXPECT_EQ(*parse_value(of(Type::bytes), "4 GB"), Scalar(std::int64_t{4'000'000'000}));
  EXPECT_EQ(*parse_value(of(Type::duration), "1 h 30 min"), Scalar(5400.0));
  EXPECT_EQ(refusal(of(Type::bytes), "4"), "'4' has no unit\n  write '4 GB' or '4 MB'");
  EXPECT_EQ(refusal(of(Type::duration), "90"), "'90' has no unit\n  write '90 min' or '90 s'");
}

TEST(Value, RangesSayWhatIsAllowed) {
  Parameter energy = of(Type::real);
  energy.unit = "GeV";
  energy.minimum = Scalar(10.0);
  EXPECT_EQ(refusal(energy, "9"), "'9' is too small\n  allowed: at least 10 GeV");
  energy.maximum = Scalar(14000.0);
  EXPECT_EQ(refusal(energy, "9.99"), "'9.99' is too small\n  allowed: 10 GeV to 14000 GeV");
  EXPECT_EQ(refusal(energy, "1e5"), "'1e5' is too large\n  allowed: 10 GeV to 14000 GeV");
  EXPECT_TRUE(parse_value(energy, "10").ok());
  EXPECT_TRUE(parse_value(energy, "14000").ok());
  energy.minimum.reset();
  EXPECT_EQ(refusal(energy, "1e5"), "'1e5' is too large\n  allowed: at most 14000 GeV");
}

TEST(Value, TextIsShownWithoutControlCharacters) {
  EXPECT_EQ(refusal(of(Type::integer), "\x1b[2J"), "'\\x1b[2J' is not a whole number\n  for example 200");
  EXPECT_EQ(refusal(of(Type::text), "\xff"), "'\\xff' is not UTF-8");
}

TEST(Value, TextsParseBackToTheSameValue) {
  const std::vector<std::pair<Type, Scalar>> values = {
      {Type::integer, Scalar(std::int64_t{-42})},
      {Type::real, Scalar(0.1)},
      {Type::real, Scalar(1e300)},
      {Type::boolean, Scalar(true)},
      {Type::bytes, Scalar(std::int64_t{0})},
      {Type::bytes, Scalar(std::int64_t{1'500'000'000})},
      {Type::bytes, Scalar(std::int64_t{1LL << 30})},
      {Type::bytes, Scalar(std::int64_t{1001})},
      {Type::duration, Scalar(0.25)},
      {Type::duration, Scalar(90.0)},
      {Type::duration, Scalar(7200.0)},
      {Type::duration, Scalar(86400.0)},
  };
  for (const auto& [type, value] : values) {
    const std::string text = value_text(type, value);
    const auto parsed = parse_value(of(type), text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, value) << text;
  }
  EXPECT_EQ(value_text(Type::bytes, Scalar(std::int64_t{1'500'000'000})), "1500 MB");
  EXPECT_EQ(value_text(Type::bytes, Scalar(std::int64_t{1LL << 30})), "1 GiB");
  EXPECT_EQ(value_text(Type::duration, Scalar(5400.0)), "90 min");
  EXPECT_EQ(value_text(Type::duration, Scalar(7200.0)), "2 h");
}

}  // namespace
}  // namespace sluice::stage
