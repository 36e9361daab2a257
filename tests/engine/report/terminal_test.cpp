// What a place can show, by its environment.
#include "engine/report/terminal.h"

#include <gtest/gtest.h>

#include <map>

namespace sluice::report {
namespace {

Terminal with(std::map<std::string, std::string> variables, bool is_terminal = true, int width = 100,
              int height = 30) {
  return make_terminal(is_terminal, width, height, [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(TerminalFacts, APlainTerminal) {
  EXPECT_EQ(with({{"TERM", "xterm"}, {"LANG", "en_GB.UTF-8"}}), (Terminal{true, true, true, 100, 30}));
  EXPECT_EQ(with({{"TERM", "xterm"}, {"LANG", "C"}}), (Terminal{true, true, false, 100, 30}));
}

TEST(TerminalFacts, APipeIsNeitherMovedNorColoured) {
  EXPECT_EQ(with({{"TERM", "xterm"}, {"LANG", "C.utf8"}}, false, 0, 0),
            (Terminal{false, false, true, 80, 24}));
  EXPECT_FALSE(with({{"TERM", "dumb"}}).interactive);
  EXPECT_FALSE(with({}).interactive);
}

TEST(TerminalFacts, ColourIsAskedForOrRefused) {
  EXPECT_FALSE(with({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).colour);
  EXPECT_TRUE(with({{"TERM", "xterm"}, {"NO_COLOR", ""}}).colour);
  EXPECT_TRUE(with({{"CLICOLOR_FORCE", "1"}}, false).colour);
  EXPECT_FALSE(with({{"CLICOLOR_FORCE", "0"}}, false).colour);
  EXPECT_FALSE(with({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, false).colour);
}

TEST(TerminalFacts, TheFirstLocaleThatIsSetDecides) {
  EXPECT_FALSE(with({{"LC_ALL", "C"}, {"LANG", "en_GB.UTF-8"}}).utf8);
  EXPECT_TRUE(with({{"LC_ALL", ""}, {"LC_CTYPE", "de_DE.UTF-8@euro"}, {"LANG", "C"}}).utf8);
  EXPECT_FALSE(with({{"LANG", "de_DE.ISO-8859-15"}}).utf8);
}

TEST(TerminalFacts, WithoutASizeTheEnvironmentIsAsked) {
  EXPECT_EQ(with({{"COLUMNS", "132"}, {"LINES", "50"}}, true, 0, 0).width, 132);
  EXPECT_EQ(with({{"COLUMNS", "132"}, {"LINES", "50"}}, true, 0, 0).height, 50);
  EXPECT_EQ(with({{"COLUMNS", "x"}}, true, 0, 0).width, 80);
}

}  // namespace
}  // namespace sluice::report
