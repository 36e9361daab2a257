// Finding the log that a person means, and copying it.
#include "engine/report/task_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/report/log_copy.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

struct TaskLogTest : ::testing::Test {
  tests::TemporaryFolder folder;
  std::unique_ptr<store::Store> store =
      tests::write_example_run(folder.path(), {.shards = 2, .ended = false});

  std::vector<std::string> found(const std::string& wanted) {
    const auto names = find_tasks(*store, wanted);
    return names ? *names : std::vector<std::string>{"error: " + to_string(names.error())};
  }
  std::string log_of(const std::string& task, int attempt = 0) {
    const auto log = find_log(*store, folder.path(), task, attempt);
    if (!log) return "error: " + to_string(log.error());
    return std::to_string(log->attempt) + (log->is_alive ? " alive" : " " + log->outcome) + " " +
           log->path.substr(folder.path().size());
  }
};

using Names = std::vector<std::string>;

TEST_F(TaskLogTest, ANameIsThatTask) {
  EXPECT_EQ(found("import[sample=ee_qq_380,shard=1]"), Names{"import[sample=ee_qq_380,shard=1]"});
}

TEST_F(TaskLogTest, AStageIsAllItsTasks) { EXPECT_EQ(found("simulate").size(), 4u); }

TEST_F(TaskLogTest, APatternIsThoseThatItFits) {
  EXPECT_EQ(found("import[*,shard=2]"),
            (Names{"import[sample=ee_qq_380,shard=2]", "import[sample=<b>tt&bar</b>,shard=2]"}));
  EXPECT_EQ(found("simulate[sample=ee_qq_380,shard=?]").size(), 2u);
}

TEST_F(TaskLogTest, ABeginningIsThoseThatBeginSo) { EXPECT_EQ(found("import[sample=ee").size(), 2u); }

TEST_F(TaskLogTest, AnUnknownNameSaysWhatWasProbablyMeant) {
  EXPECT_EQ(found("imprt"), Names{"error: there is no task 'imprt' here\n  did you mean 'import'?"});
  EXPECT_EQ(found("xyzzy"),
            Names{"error: there is no task 'xyzzy' here\n  `sluice status` shows the stages"});
}

TEST_F(TaskLogTest, TheLatestAttemptIsMeantUnlessOneIsNamed) {
  const std::string failed = "import[sample=<b>tt&bar</b>,shard=1]";
  EXPECT_EQ(log_of(failed), "2 failure /.sluice/attempts/7.2/log.txt");
  EXPECT_EQ(log_of(failed, 1), "1 failure /.sluice/attempts/7.1/log.txt");
  EXPECT_EQ(log_of(failed, 3), "error: " + failed + ": it has no attempt 3\n  there is: 1, 2");
}

TEST_F(TaskLogTest, OfALivingAttemptThePlaceIsKnown) {
  EXPECT_EQ(log_of("import[sample=<b>tt&bar</b>,shard=2]"), "1 alive /.sluice/attempts/8.1/log.txt");
}

struct LogCopyTest : ::testing::Test {
  tests::TemporaryFolder folder;
  std::string path = folder / "log.txt";

  void write(const std::string& text) { std::ofstream(path, std::ios::binary | std::ios::app) << text; }
  std::string copy(std::uint64_t& offset, bool tame = false) {
    std::ostringstream out;
    EXPECT_TRUE(copy_log(path, offset, out, tame));
    return out.str();
  }
  std::string last(std::size_t lines) {
    auto offset = offset_of_last(path, lines);
    EXPECT_TRUE(offset);
    return copy(*offset);
  }
};

TEST_F(LogCopyTest, GoesOnWhereItWas) {
  std::uint64_t offset = 0;
  EXPECT_EQ(copy(offset), "");
  write("one\ntw");
  EXPECT_EQ(copy(offset), "one\ntw");
  EXPECT_EQ(copy(offset), "");
  write("o\n");
  EXPECT_EQ(copy(offset), "o\n");
}

TEST_F(LogCopyTest, TheLastLinesAreFoundInAnyFile) {
  EXPECT_EQ(last(3), "");
  write("a\nb\nc\n");
  EXPECT_EQ(last(0), "");
  EXPECT_EQ(last(1), "c\n");
  EXPECT_EQ(last(2), "b\nc\n");
  EXPECT_EQ(last(9), "a\nb\nc\n");
  write("d");
  EXPECT_EQ(last(2), "c\nd");
  std::string many;
  for (int i = 0; i < 30'000; ++i) many += "line " + std::to_string(i) + "\n";
  write(many);
  EXPECT_EQ(last(2), "line 29998\nline 29999\n");
  EXPECT_EQ(last(30'002).substr(0, 8), "b\nc\ndlin");
}

TEST_F(LogCopyTest, ForATerminalOnlyColoursSteerIt) {
  write("\x1b[1;31mred\x1b[0m\t10%\r20%\n\x1b]0;title\x07\x1b[2J\xff µ");
  std::uint64_t offset = 0;
  EXPECT_EQ(copy(offset, true), "\x1b[1;31mred\x1b[0m\t10%\r20%\n\\x1b]0;title\\x07\\x1b[2J\\xff µ");
}

TEST_F(LogCopyTest, CharactersAtTheSeamsOfReadingStayWhole) {
  std::string text;
  while (text.size() < 300'000) text += "µ→\x1b[32mν\x1b[0m";
  write(text);
  std::uint64_t offset = 0;
  EXPECT_EQ(copy(offset, true), text);
}

}  // namespace
}  // namespace sluice::report
