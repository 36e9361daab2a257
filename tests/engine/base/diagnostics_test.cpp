#include "engine/base/diagnostics.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"

namespace sluice {
namespace {

TEST(Diagnostics, ShowsPlaceLineAndCaret) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("run.toml", "sluice = 1\nnme = \"x\"\n");
  diagnostics.error({file, 2, 1, 3}, "unknown key 'nme'", "did you mean 'name'?");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.render(),
            "run.toml:2:1: error: unknown key 'nme'\n"
            "  nme = \"x\"\n"
            "  ^~~\n"
            "  did you mean 'name'?\n"
            "1 error\n");
}

TEST(Diagnostics, AreShownInTheOrderOfTheFileWithTheirNotes) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "one\ntwo\nthree");
  diagnostics.warning({file, 3, 1, 5}, "third");
  diagnostics.note({file, 1, 2, 1}, "belongs to the third");
  diagnostics.error({file, 1, 1, 3}, "first");
  diagnostics.error({file, 2, 1, 1}, "second");
  EXPECT_EQ(diagnostics.render(),
            "a:1:1: error: first\n"
            "  one\n"
            "  ^~~\n"
            "a:2:1: error: second\n"
            "  two\n"
            "  ^\n"
            "a:3:1: warning: third\n"
            "  three\n"
            "  ^~~~~\n"
            "a:1:2: note: belongs to the third\n"
            "  one\n"
            "   ^\n"
            "2 errors, 1 warning\n");
}

TEST(Diagnostics, WithWarningsAloneAreNoErrors) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "x");
  EXPECT_EQ(diagnostics.render(), "");
  diagnostics.warning({file, 0, 0, 1}, "the file as a whole");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.render(), "a: warning: the file as a whole\n");
}

TEST(Diagnostics, CountCharactersAndKeepTabs) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "\tµ = \"é\" # x\r\n");
  diagnostics.error({file, 1, 6, 3}, "here");
  EXPECT_EQ(diagnostics.render(),
            "a:1:6: error: here\n"
            "  \tµ = \"é\" # x\n"
            "  \t    ^~~\n"
            "1 error\n");
}

TEST(Diagnostics, CutALongLineAroundTheCaret) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", std::string(1000, 'x') + "HERE" + std::string(1000, 'y'));
  diagnostics.error({file, 1, 1001, 4}, "long");
  EXPECT_EQ(diagnostics.render(), "a:1:1001: error: long\n  ..." + std::string(40, 'x') + "HERE" +
                                      std::string(76, 'y') + "...\n  " + std::string(43, ' ') +
                                      "^~~~\n1 error\n");
}

TEST(Diagnostics, NeverSteerTheTerminal) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a\x1b", "a\x1b[31m\xff = 1");
  diagnostics.error({file, 1, 3, 1}, "bad \x1b", "hint \x07");
  EXPECT_EQ(diagnostics.render(),
            "a\\x1b:1:3: error: bad \\x1b\n"
            "  a?[31m? = 1\n"
            "    ^\n"
            "  hint \\x07\n"
            "1 error\n");
}

TEST(Diagnostics, APlaceOutsideTheTextIsHarmless) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "x = 1");
  diagnostics.error({file, 7, 90, 3}, "beyond the end");
  diagnostics.error({file + 1, 1, 1, 1}, "in no file");
  EXPECT_EQ(diagnostics.render(),
            "a:7:90: error: beyond the end\n"
            "  \n"
            "  ^\n"
            "error: in no file\n"
            "2 errors\n");
}

TEST(Diagnostics, SayTheSameThingOnce) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "x");
  for (int i = 0; i < 3; ++i) diagnostics.error({file, 1, 1, 1}, "again");
  EXPECT_EQ(diagnostics.render(), "a:1:1: error: again\n  x\n  ^\n1 error\n");
}

TEST(Diagnostics, OfAFloodTheFirstFiftyAreShown) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "x");
  for (std::uint32_t i = 1; i <= 60; ++i) diagnostics.error({file, 1, i, 1}, "again");
  const std::string text = diagnostics.render();
  EXPECT_EQ(text.substr(text.rfind("a:1:50")),
            "a:1:50: error: again\n  x\n   ^\n... and 10 more\n60 errors\n");
}

TEST(Diagnostics, OfADelugeTheRestIsCounted) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("a", "x");
  for (std::uint32_t i = 1; i <= 5000; ++i) diagnostics.error({file, 1, i, 1}, "again");
  EXPECT_TRUE(diagnostics.is_flooded());
  EXPECT_EQ(diagnostics.all().size(), 1000U);
  const std::string text = diagnostics.render();
  EXPECT_EQ(text.substr(text.rfind("...")), "... and 4950 more\n5000 errors\n");
}

TEST(Nearest, ForgivesSwapsMissesAndCase) {
  const std::vector<std::string> keys = {"program", "command", "inputs", "outputs", "resources"};
  EXPECT_EQ(nearest("progarm", keys), "program");
  EXPECT_EQ(nearest("input", keys), "inputs");
  EXPECT_EQ(nearest("RESOURCES", keys), "resources");
  EXPECT_EQ(nearest("ouputs", keys), "outputs");
  EXPECT_EQ(nearest("banana", keys), "");
  EXPECT_EQ(nearest("", keys), "");
}

TEST(Nearest, NeverReplacesAWholeShortWord) {
  const std::vector<std::string> keys = {"x", "ab"};
  EXPECT_EQ(nearest("y", keys), "");
  EXPECT_EQ(nearest("cd", keys), "");
  EXPECT_EQ(nearest("ac", keys), "ab");
}

TEST(Suggest, ListsWhatIsThereWhenNothingIsNear) {
  const std::vector<std::string> few = {"cpus", "memory"};
  EXPECT_EQ(suggest("memroy", few), "did you mean 'memory'?");
  EXPECT_EQ(suggest("banana", few), "known: cpus, memory");
  EXPECT_EQ(suggest("banana", std::vector<std::string>(9, "zzzzzz")), "");
  EXPECT_EQ(suggest("banana", {}), "");
}

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(is_utf8("plain, é, 日本, \U0001F600"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));          // overlong
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("cut \xe6\x97"));
  EXPECT_EQ(utf8_length("日本\xff!"), 4U);
}

TEST(Text, FindsControlCharacters) {
  EXPECT_FALSE(has_control("é ok"));
  EXPECT_TRUE(has_control(std::string_view("a\0b", 3)));
  EXPECT_TRUE(has_control("a\nb"));
  EXPECT_TRUE(has_control("a\xc2\x9b"));  // C1: a one-character escape sequence
}

}  // namespace
}  // namespace sluice
