#include "engine/base/arguments_file.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(ArgumentsFile, ReadsBackWhateverWasWritten) {
  const std::vector<std::string> arguments = {
      "--title",    "",          " ",           "two\nlines",  "#not a comment",
      "\"quoted\"", "@x",        "back\\slash", "caf\xc3\xa9", "\t",
      "--a=b c",    "ends in\r", "\r",          "--"};
  const auto read = parse_arguments_file(format_arguments_file(arguments), "args.txt");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, arguments);
}

TEST(ArgumentsFile, IsPlainForPlainArguments) {
  EXPECT_EQ(format_arguments_file(std::vector<std::string>{"--events", "200", "a b"}),
            "--events\n200\na b\n");
}

TEST(ArgumentsFile, MayHaveCommentsEmptyLinesAndForeignLineEnds) {
  const auto read = parse_arguments_file("# settings\r\n\r\n--events\r\n200", "args.txt");
  EXPECT_EQ(*read, (std::vector<std::string>{"--events", "200"}));
}

TEST(ArgumentsFile, SaysWhichLineIsWrong) {
  EXPECT_EQ(to_string(parse_arguments_file("--a\n\"open\n", "args.txt").error()),
            "args.txt:2: a line that begins with '\"' has to be one JSON string\n"
            "  close the quotes, and write \\\" and \\\\ for quotes and backslashes inside");
  EXPECT_EQ(parse_arguments_file("\"a\" b\n", "args.txt").error().where, "args.txt:1");
  EXPECT_EQ(parse_arguments_file("\"a\\u0000b\"\n", "args.txt").error().where, "args.txt:1");
  EXPECT_EQ(to_string(parse_arguments_file(std::string_view("a\0b\n", 4), "args.txt").error()),
            "args.txt:1: the line holds a NUL byte\n  is this a text file?");
}

}  // namespace
}  // namespace sluice
