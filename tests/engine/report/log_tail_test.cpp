// The end of a log, whatever is in it.
#include "engine/report/log_tail.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace sluice::report {
namespace {

using Lines = std::vector<std::string>;

TEST(LogTail, IsTheLastLines) {
  EXPECT_EQ(tail_of("a\nb\nc\n", 2, true).lines, (Lines{"b", "c"}));
  EXPECT_TRUE(tail_of("a\nb\nc\n", 2, true).cut);
  EXPECT_EQ(tail_of("a\nb\nc", 3, true).lines, (Lines{"a", "b", "c"}));
  EXPECT_FALSE(tail_of("a\nb\nc", 3, true).cut);
  EXPECT_TRUE(tail_of("a\nb\nc", 3, false).cut);
}

TEST(LogTail, KeepsEmptyLines) {
  EXPECT_EQ(tail_of("\na\n\nb\n", 10, true).lines, (Lines{"", "a", "", "b"}));
  EXPECT_EQ(tail_of("", 10, true).lines, Lines{});
}

TEST(LogTail, ShowsAProgressBarAsATerminalWould) {
  EXPECT_EQ(tail_of("10%\r20%\r30%\r\ndone\r\n", 10, true).lines, (Lines{"30%", "done"}));
}

TEST(LogTail, IsFitToBeShown) {
  EXPECT_EQ(tail_of("\x1b[31mred\x1b[0m\tx\x07", 10, true).lines, (Lines{"red    x\\x07"}));
  EXPECT_EQ(tail_of("\xff\xfe", 10, true).lines, (Lines{"\\xff\\xfe"}));
  const auto lines = tail_of(std::string(10'000'000, 'x'), 10, true).lines;
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0], std::string(500, 'x') + "…");
}

TEST(LogTail, ReadsOnlyTheEndOfAFile) {
  const std::string path = ::testing::TempDir() + "log_tail_" + std::to_string(getpid());
  {
    std::ofstream file(path);
    for (int i = 0; i < 200'000; ++i) file << "line " << i << "\n";
  }
  const LogTail tail = log_tail(path, 3);
  EXPECT_EQ(tail.lines, (Lines{"line 199997", "line 199998", "line 199999"}));
  EXPECT_TRUE(tail.cut);
  EXPECT_EQ(tail.size, 2'288'890u);
  std::remove(path.c_str());
}

TEST(LogTail, OfNoFileIsNothing) {
  EXPECT_EQ(log_tail("/no/such/file", 5).lines, Lines{});
  EXPECT_EQ(log_tail("/", 5).lines, Lines{});
}

}  // namespace
}  // namespace sluice::report
