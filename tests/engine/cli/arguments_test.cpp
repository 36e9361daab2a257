// The check of a command line against the description of its verb.
#include "engine/cli/arguments.h"

#include <gtest/gtest.h>

#include "engine/cli/verb.h"

namespace sluice::cli {
namespace {

Verb example() {
  return {.name = "run",
          .summary = "Run it",
          .details = "",
          .operands = {{.name = "WORKFLOW", .names = Names::workflow, .required = true}},
          .options = {{.name = "set", .value = "NAME=VALUE", .help = "", .repeats = true},
                      {.name = "jobs", .letter = 'j', .value = "N", .help = "", .names = Names::number},
                      {.name = "format",
                       .letter = 'f',
                       .value = "FORMAT",
                       .help = "",
                       .names = Names::choice,
                       .choices = {"dot", "svg"}},
                      {.name = "json", .value = "", .help = ""}},
          .run = nullptr};
}

Result<Arguments> parse(const std::vector<std::string>& words) { return parse_arguments(example(), words); }

std::string mistake(const std::vector<std::string>& words) {
  const auto arguments = parse(words);
  if (arguments) return "accepted";
  EXPECT_EQ(arguments.error().kind, ErrorKind::usage);
  return to_string(arguments.error());
}

TEST(Arguments, TakesOptionsInAnyOrderAndForm) {
  const auto arguments = parse({"--set", "a=1", "w.toml", "--set=b=2", "-j4", "--json"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->operands(), std::vector<std::string>{"w.toml"});
  EXPECT_EQ(arguments->all("set"), (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(arguments->number("jobs", 1), 4);
  EXPECT_TRUE(arguments->has("json"));
  EXPECT_FALSE(arguments->has("format"));
  EXPECT_EQ(arguments->text("format", "dot"), "dot");
}

TEST(Arguments, AfterTwoDashesEverythingIsAnOperand) {
  const auto arguments = parse({"--", "--json"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->operand(0), "--json");
  EXPECT_EQ(arguments->operand(1), "");
}

TEST(Arguments, SaysWhichOptionWasProbablyMeant) {
  EXPECT_EQ(mistake({"w.toml", "--jobbs", "3"}),
            "sluice run: unknown option '--jobbs'\n  did you mean '--jobs'?");
  EXPECT_EQ(mistake({"w.toml", "--xyzzy"}), "sluice run: unknown option '--xyzzy'\n  see: sluice help run");
  EXPECT_EQ(mistake({"w.toml", "-q"}), "sluice run: unknown option '-q'\n  see: sluice help run");
}

TEST(Arguments, DoesNotGuessAbbreviations) {
  EXPECT_EQ(mistake({"w.toml", "--jso"}), "sluice run: unknown option '--jso'\n  did you mean '--json'?");
}

TEST(Arguments, ChecksValues) {
  EXPECT_EQ(mistake({"w.toml", "-j", "many"}),
            "sluice run: --jobs takes a whole number, not 'many'\n  see: sluice help run");
  EXPECT_EQ(mistake({"w.toml", "-j", "-1"}),
            "sluice run: --jobs takes a whole number, not '-1'\n  see: sluice help run");
  EXPECT_EQ(mistake({"w.toml", "--format", "sgv"}),
            "sluice run: --format can't be 'sgv'\n  did you mean 'svg'?");
  EXPECT_EQ(mistake({"w.toml", "--format", "postscript"}),
            "sluice run: --format can't be 'postscript'\n  known: dot, svg");
}

TEST(Arguments, SaysWhatIsMissingOrTooMuch) {
  EXPECT_EQ(mistake({}), "sluice run: WORKFLOW is missing\n  see: sluice help run");
  EXPECT_EQ(mistake({"a.toml", "b.toml"}),
            "sluice run: 'b.toml' is one argument too many\n  see: sluice help run");
  EXPECT_EQ(mistake({"w.toml", "--set"}), "sluice run: --set needs a value\n  write: --set NAME=VALUE");
  EXPECT_EQ(mistake({"w.toml", "-j"}), "sluice run: --jobs needs a value\n  write: --jobs N");
  EXPECT_EQ(mistake({"w.toml", "--json=yes"}), "sluice run: --json takes no value\n  see: sluice help run");
  EXPECT_EQ(mistake({"w.toml", "-j1", "--jobs", "2"}),
            "sluice run: --jobs may be given only once\n  see: sluice help run");
}

}  // namespace
}  // namespace sluice::cli
