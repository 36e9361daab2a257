// What a terminal gets, checked on a small model of one: rows of text and a cursor.
#include "engine/report/screen.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

namespace sluice::report {
namespace {

/// Understands what Screen writes, and nothing else.
class Model {
 public:
  void feed(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r') {
        column_ = 0;
      } else if (text[i] == '\n') {
        ++row_;
        column_ = 0;
      } else if (text[i] == '\x1b') {
        i = escape(text, i + 2);
      } else {
        put(text[i]);
      }
      if (rows_.size() <= row_) rows_.resize(row_ + 1);
    }
  }
  std::string shown() const {
    std::string text;
    for (const auto& row : rows_) text += row + "\n";
    return text;
  }
  bool cursor = true;
  bool wrap = true;

 private:
  std::size_t escape(const std::string& text, std::size_t begin) {
    const std::size_t end = text.find_first_of("AKJhl", begin);
    const std::string argument = text.substr(begin, end - begin);
    switch (text[end]) {
      case 'A': row_ -= static_cast<std::size_t>(std::atoi(argument.c_str())); break;
      case 'K': row().resize(column_); break;
      case 'J':
        row().resize(column_);
        rows_.resize(row_ + 1);
        break;
      default: (argument == "?25" ? cursor : wrap) = text[end] == 'h';
    }
    return end;
  }
  std::string& row() {
    if (rows_.size() <= row_) rows_.resize(row_ + 1);
    return rows_[row_];
  }
  void put(char c) {
    row().resize(std::max(row().size(), column_ + 1), ' ');
    row()[column_++] = c;
  }
  std::vector<std::string> rows_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

struct ScreenTest : ::testing::Test {
  std::ostringstream out;
  Screen screen{out};
  Terminal terminal{true, false, true, 40, 10};
  Model model;

  void update(const std::string& above, const std::vector<std::string>& block) {
    out.str("");
    screen.update(above, block, terminal);
    model.feed(out.str());
  }
};

TEST_F(ScreenTest, KeepsTheBlockBelowWhatScrollsBy) {
  update("", {"one", "two"});
  EXPECT_EQ(model.shown(), "one\ntwo\n\n");
  update("failure\nlog\n", {"ONE", "2", "three"});
  EXPECT_EQ(model.shown(), "failure\nlog\nONE\n2\nthree\n\n");
  update("", {"last"});
  EXPECT_EQ(model.shown(), "failure\nlog\nlast\n\n");
  update("summary\n", {});
  EXPECT_EQ(model.shown(), "failure\nlog\nsummary\n\n");
}

TEST_F(ScreenTest, LeavesTheTerminalAsItWasAfterEveryUpdate) {
  update("x\n", {"one"});
  EXPECT_TRUE(model.cursor);
  EXPECT_TRUE(model.wrap);
}

TEST_F(ScreenTest, WritesNothingWhenNothingIsNew) {
  update("", {"one"});
  update("", {"one"});
  EXPECT_EQ(out.str(), "");
}

TEST_F(ScreenTest, AfterTheTerminalGotNarrowerGoesUpAllRowsThatTheBlockNowTakes) {
  update("", {std::string(40, 'x'), "two"});
  terminal.width = 15;
  out.str("");
  screen.update("", {"one"}, terminal);
  EXPECT_NE(out.str().find("\x1b[4A"),
            std::string::npos);  // 40 characters are three rows of 15, and one for "two"
}

}  // namespace
}  // namespace sluice::report
