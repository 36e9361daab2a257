#include "engine/base/json.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

json::object object(std::string_view text) { return parse_json(text, "test")->as_object(); }

TEST(Json, SaysWhereItGoesWrong) {
  const auto value = parse_json(R"({"a": 1, "b": })", "spec.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(to_string(value.error()), "spec.json: not valid JSON at byte 14: syntax error");
}

TEST(Json, RefusesHalfATextAndOneAndAHalf) {
  for (const char* text :
       {"", " ", "{", "[1, 2", "\"abc", "{} {}", "1 2", "nul", "{\"a\":1,}", "[1,]", "'a'", "\xff"})
    EXPECT_FALSE(parse_json(text, "test")) << text;
}

TEST(Json, RefusesWhatIsTooDeepInsteadOfOverflowingTheStack) {
  EXPECT_FALSE(parse_json(std::string(100'000, '['), "test"));
}

TEST(Json, AllowsBlanksAround) { EXPECT_TRUE(parse_json(" \n{}\t\r\n", "test")); }

TEST(Json, GivesAMemberOnlyIfItHasTheRightType) {
  const auto it =
      object(R"({"text": "a", "number": 3, "real": 2.5, "yes": true, "none": null, "list": [1], "map": {}})");
  EXPECT_EQ(json_string(it, "text"), "a");
  EXPECT_EQ(json_string(it, "number"), std::nullopt);
  EXPECT_EQ(json_string(it, "absent"), std::nullopt);
  EXPECT_EQ(json_int(it, "number"), 3);
  EXPECT_EQ(json_int(it, "real"), std::nullopt);
  EXPECT_EQ(json_int(it, "text"), std::nullopt);
  EXPECT_EQ(json_double(it, "real"), 2.5);
  EXPECT_EQ(json_double(it, "number"), 3.0);
  EXPECT_EQ(json_double(it, "none"), std::nullopt);
  EXPECT_EQ(json_bool(it, "yes"), true);
  EXPECT_EQ(json_bool(it, "number"), std::nullopt);
  EXPECT_NE(json_object(it, "map"), nullptr);
  EXPECT_EQ(json_object(it, "list"), nullptr);
  EXPECT_NE(json_array(it, "list"), nullptr);
  EXPECT_EQ(json_array(it, "map"), nullptr);
}

TEST(Json, ReadsAnIntegerHoweverItIsWritten) {
  EXPECT_EQ(json_int(object(R"({"n": 1.0})"), "n"), 1);
  EXPECT_EQ(json_int(object(R"({"n": 1e3})"), "n"), 1000);
  EXPECT_EQ(json_int(object(R"({"n": -7})"), "n"), -7);
  EXPECT_EQ(json_int(object(R"({"n": 9223372036854775807})"), "n"), 9223372036854775807);
  EXPECT_EQ(json_int(object(R"({"n": 1e30})"), "n"), std::nullopt);
  EXPECT_EQ(json_double(object(R"({"n": 18446744073709551615})"), "n"), 18446744073709551615.0);
}

TEST(Json, PrintsForPeople) {
  EXPECT_EQ(pretty_json(*parse_json(R"({"a":1,"b":[1.5,"x\n",[]],"c":{},"d":{"e":null}})", "test")),
            "{\n"
            "  \"a\": 1,\n"
            "  \"b\": [\n"
            "    1.5,\n"
            "    \"x\\n\",\n"
            "    []\n"
            "  ],\n"
            "  \"c\": {},\n"
            "  \"d\": {\n"
            "    \"e\": null\n"
            "  }\n"
            "}\n");
}

TEST(Json, PrintsNumbersAsPeopleWriteThem) {
  EXPECT_EQ(pretty_json(json::value(0.1)), "0.1\n");
  EXPECT_EQ(pretty_json(json::value(20.0)), "20.0\n");
  EXPECT_EQ(pretty_json(json::value(1e-7)), "1e-07\n");
}

TEST(Json, PrintedNumbersReadBackAsTheyWere) {
  for (const double number : {0.1, 1.0 / 3, 1e300, 5e-324, -2.5, 123456789.125})
    EXPECT_EQ(parse_json(pretty_json(json::value(number)), "test")->to_number<double>(), number);
}

}  // namespace
}  // namespace sluice
