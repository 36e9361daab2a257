// [params], --set and placeholders.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

/// A workflow whose one task runs `tool` with these words.
std::string echo(const std::string& params, const std::string& words) {
  return "sluice = 1\n[params]\n" + params + "\n[stage.a]\ncommand = [\"tool\", " + words + "]\n";
}

std::string line_of(Loading& loading, const std::string& text) {
  const auto graph = loading.load(text);
  return graph ? command_line(*graph, "a") : loading.diagnostics.render();
}

std::string line_of(const std::string& params, const std::string& words) {
  Loading loading;
  return line_of(loading, echo(params, words));
}

TEST(Params, StandInWordsAsText) {
  EXPECT_EQ(line_of("n = 200", R"("{n}", "n={n}", "{n}-{n}")"), "/usr/bin/tool 200 n=200 200-200");
  EXPECT_EQ(line_of("x = 0.10", R"("{x}")"), "/usr/bin/tool 0.1");
  EXPECT_EQ(line_of("x = 1e6", R"("{x}")"), "/usr/bin/tool 1000000");
  EXPECT_EQ(line_of("x = 1e-30", R"("{x}")"), "/usr/bin/tool 1e-30");
  EXPECT_EQ(line_of("b = true", R"("{b}")"), "/usr/bin/tool true");
  EXPECT_EQ(line_of("s = 'a b'", R"("{s}", "<{s}>")"), "/usr/bin/tool a b <a b>");
}

TEST(Params, AListAloneBecomesSeveralWords) {
  EXPECT_EQ(line_of("l = [1, 2, 3]", R"("{l}", "end")"), "/usr/bin/tool 1 2 3 end");
  EXPECT_EQ(line_of("l = []", R"("{l}", "end")"), "/usr/bin/tool end");
}

TEST(Params, AListCannotStandInsideAText) {
  EXPECT_EQ(line_of("l = [1]", R"("a{l}")"),
            "/w/flow.toml:5:22: error: the list 'l' can't stand inside a text\n"
            "  command = [\"tool\", \"a{l}\"]\n"
            "                       ^~~\n"
            "  let {l} stand alone\n"
            "1 error\n");
}

TEST(Params, DoubledBracesAreBraces) {
  EXPECT_EQ(line_of("n = 1", R"("{{n}}", "{{{n}}}", "}}{{")"), "/usr/bin/tool {n} {1} }{");
}

TEST(Params, BracesMustMatch) {
  EXPECT_EQ(line_of("n = 1", R"("a{n")"),
            "/w/flow.toml:5:22: error: '{' is not closed\n"
            "  command = [\"tool\", \"a{n\"]\n"
            "                       ^\n"
            "  write {{ for a brace\n"
            "1 error\n");
  EXPECT_EQ(line_of("n = 1", R"("a}n")"),
            "/w/flow.toml:5:22: error: '}' closes nothing\n"
            "  command = [\"tool\", \"a}n\"]\n"
            "                       ^\n"
            "  write }} for a brace\n"
            "1 error\n");
}

TEST(Params, BracesOfAShellAreToldApartFromAMisspeltName) {
  EXPECT_EQ(line_of("n = 1", R"("test -s x || { exit 3; }")"),
            "/w/flow.toml:5:34: error: there is no parameter ' exit 3; '\n"
            "  command = [\"tool\", \"test -s x || { exit 3; }\"]\n"
            "                                   ^~~~~~~~~~~\n"
            "  write {{ and }} for braces\n"
            "1 error\n");
}

TEST(Params, UnknownNamesAreSuggested) {
  EXPECT_EQ(line_of("events = 1", R"("{evnts}")"),
            "/w/flow.toml:5:21: error: there is no parameter 'evnts'\n"
            "  command = [\"tool\", \"{evnts}\"]\n"
            "                      ^~~~~~~\n"
            "  did you mean 'events'?\n"
            "1 error\n");
  EXPECT_EQ(line_of("events = 1", R"("{ events }")"),
            "/w/flow.toml:5:21: error: there is no parameter ' events '\n"
            "  command = [\"tool\", \"{ events }\"]\n"
            "                      ^~~~~~~~~~\n"
            "  did you mean 'events'?\n"
            "1 error\n");
  EXPECT_EQ(line_of("events = 1", R"("{}")"),
            "/w/flow.toml:5:21: error: there is no parameter ''\n"
            "  command = [\"tool\", \"{}\"]\n"
            "                      ^~\n"
            "  known: events\n"
            "1 error\n");
}

TEST(Params, AllMistakesOfATextAreTold) {
  Loading loading;
  const std::string text = complaints(loading, echo("n = 1", R"("{x}{n}{y}", "{z}")"));
  EXPECT_NE(text.find("no parameter 'x'"), std::string::npos);
  EXPECT_NE(text.find("no parameter 'y'"), std::string::npos);
  EXPECT_NE(text.find("no parameter 'z'"), std::string::npos);
  EXPECT_NE(text.find("3 errors"), std::string::npos);
}

TEST(Params, UnusedOnesAreWarnedOf) {
  Loading loading;
  EXPECT_EQ(complaints(loading, echo("n = 1\nm = 2", R"("{n}")")),
            "/w/flow.toml:4:1: warning: the parameter 'm' is not used\n"
            "  m = 2\n"
            "  ^\n");
  EXPECT_FALSE(loading.diagnostics.has_errors());
}

TEST(Params, AValueThatLooksLikeAPlaceholderIsNone) {
  EXPECT_EQ(complaints(echo("n = 1\npath = \"out/{n}\"", R"("{n}{path}")")),
            "/w/flow.toml:4:13: warning: a parameter's value is taken as it is: this is no placeholder\n"
            "  path = \"out/{n}\"\n"
            "              ^~~\n");
}

TEST(Params, HaveScalarOrListValues) {
  EXPECT_EQ(complaints(echo("a = { b = 1 }\nd = 1979-05-27\nn = nan", R"("{a}{d}{n}")")),
            "/w/flow.toml:3:5: error: the parameter 'a' can't be a table\n"
            "  a = { b = 1 }\n"
            "      ^~~~~~~~~\n"
            "/w/flow.toml:4:5: error: the parameter 'd' can't be a date or time\n"
            "  d = 1979-05-27\n"
            "      ^~~~~~~~~~\n"
            "  write dates and times as text, in quotes\n"
            "/w/flow.toml:5:5: error: the parameter 'n' can't be a number\n"
            "  n = nan\n"
            "      ^~~\n"
            "  write a finite number\n"
            "3 errors\n");
  EXPECT_EQ(
      complaints(echo("a = [1, 'x']\nb = [[1]]", R"("{a}{b}")")),
      "/w/flow.toml:3:9: error: the parameter 'a' mixes types: this is a text, the first is an integer\n"
      "  a = [1, 'x']\n"
      "          ^~~\n"
      "/w/flow.toml:4:6: error: the parameter 'b' can't hold a list\n"
      "  b = [[1]]\n"
      "       ^~~\n"
      "  write a plain list of values\n"
      "2 errors\n");
}

TEST(Params, HaveNamesThatCanBeWritten) {
  EXPECT_EQ(complaints(echo("\"a b\" = 1", R"("x")")),
            "/w/flow.toml:3:1: error: 'a b' can't be a parameter name\n"
            "  \"a b\" = 1\n"
            "  ^~~~~\n"
            "  a name: letters, digits, '_' and '-', a letter first, at most 64\n"
            "1 error\n");
}

std::string with_set(const std::string& name, const std::string& value) {
  Loading loading;
  loading.options.set = {{name, value}};
  return line_of(loading, echo("n = 1\nx = 0.5\ns = 'a'\nb = false\nl = [1, 2]\nt = ['u']",
                               R"("{n}", "{x}", "{s}", "{b}", "{l}", "{t}")"));
}

TEST(Set, TakesTheTypeOfTheDefault) {
  EXPECT_EQ(with_set("n", "-7"), "/usr/bin/tool -7 0.5 a false 1 2 u");
  EXPECT_EQ(with_set("n", "1e6"), "/usr/bin/tool 1000000 0.5 a false 1 2 u");
  EXPECT_EQ(with_set("x", "2"), "/usr/bin/tool 1 2 a false 1 2 u");
  EXPECT_EQ(with_set("s", "007"), "/usr/bin/tool 1 0.5 007 false 1 2 u");
  EXPECT_EQ(with_set("s", "{n}"), "/usr/bin/tool 1 0.5 {n} false 1 2 u");
  EXPECT_EQ(with_set("s", ""), "/usr/bin/tool 1 0.5  false 1 2 u");
  EXPECT_EQ(with_set("b", "true"), "/usr/bin/tool 1 0.5 a true 1 2 u");
  EXPECT_EQ(with_set("l", "4,5, 6"), "/usr/bin/tool 1 0.5 a false 4 5 6 u");
  EXPECT_EQ(with_set("l", "[7]"), "/usr/bin/tool 1 0.5 a false 7 u");
  EXPECT_EQ(with_set("l", ""), "/usr/bin/tool 1 0.5 a false u");
  EXPECT_EQ(with_set("t", "['a b', \"c\", d]"), "/usr/bin/tool 1 0.5 a false 1 2 a b c d");
}

TEST(Set, AWrongTypeIsToldWithTheDefault) {
  EXPECT_EQ(with_set("n", "many"),
            "--set: error: 'many' is not an integer\n"
            "  n=many\n"
            "    ^~~~\n"
            "  its default in the workflow is 1\n"
            "1 error\n");
  EXPECT_EQ(with_set("n", "1.5"),
            "--set: error: '1.5' is not an integer\n"
            "  n=1.5\n"
            "    ^~~\n"
            "  its default in the workflow is 1\n"
            "1 error\n");
  EXPECT_EQ(with_set("b", "yes"),
            "--set: error: 'yes' is not true or false\n"
            "  b=yes\n"
            "    ^~~\n"
            "  its default in the workflow is false\n"
            "1 error\n");
  EXPECT_EQ(with_set("l", "1,,2"),
            "--set: error: '1,,2' is not a list of integers\n"
            "  l=1,,2\n"
            "    ^~~~\n"
            "  its default in the workflow is [1,2]\n"
            "1 error\n");
  EXPECT_EQ(with_set("x", "inf"),
            "--set: error: 'inf' is not a number\n"
            "  x=inf\n"
            "    ^~~\n"
            "  its default in the workflow is 0.5\n"
            "1 error\n");
}

TEST(Set, AnUnknownNameIsSuggested) {
  Loading loading;
  loading.options.set = {{"evnts", "5"}};
  EXPECT_EQ(complaints(loading, echo("events = 1", R"("{events}")")),
            "--set: error: the workflow has no parameter 'evnts'\n"
            "  evnts=5\n"
            "  ^~~~~\n"
            "  did you mean 'events'?\n"
            "1 error\n");
  Loading bare;
  bare.options.set = {{"evnts", "5"}};
  EXPECT_EQ(complaints(bare, "sluice = 1\n[stage.a]\ncommand = ['tool']\n"),
            "--set: error: the workflow has no parameter 'evnts'\n"
            "  evnts=5\n"
            "  ^~~~~\n"
            "  it has no [params]\n"
            "1 error\n");
}

TEST(Set, TheLastOneWins) {
  Loading loading;
  loading.options.set = {{"n", "2"}, {"n", "3"}};
  EXPECT_EQ(line_of(loading, echo("n = 1", R"("{n}")")), "/usr/bin/tool 3");
}

}  // namespace
}  // namespace sluice::workflow
