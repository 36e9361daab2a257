// What a task says of itself while it runs, from files of every shape.
#include "engine/report/task_progress.h"

#include <gtest/gtest.h>

#include "engine/base/disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

struct TaskProgressTest : ::testing::Test {
  tests::TemporaryFolder folder;

  std::optional<TaskProgress> of(const std::string& text, double now_s = 200) {
    EXPECT_TRUE(RealDisk().write(folder.path() + "/progress.jsonl", text, Sync::no));
    return task_progress(folder.path(), now_s);
  }
  std::string shown(const std::string& text, double now_s = 200) {
    const auto progress = of(text, now_s);
    return progress ? to_string(*progress) : "nothing";
  }
};

TEST_F(TaskProgressTest, TheLastLineCountsAndThePaceIsThatSinceTheFirst) {
  EXPECT_EQ(
      shown("{\"t\":100,\"done\":50,\"total\":350,\"unit\":\"steps\"}\n"
            "{\"t\":200,\"done\":150,\"total\":350,\"unit\":\"steps\",\"note\":\"epoch 1, val_loss 2.5\"}\n"),
      "42% of 350 steps, about 3 min 20 s left; epoch 1, val_loss 2.5");
}

TEST_F(TaskProgressTest, TimePassesSinceTheLastLine) {
  const std::string lines =
      "{\"t\":100,\"done\":0,\"total\":200,\"unit\":\"events\"}\n{\"t\":200,\"done\":100,\"total\":200,"
      "\"unit\":\"events\"}\n";
  EXPECT_EQ(of(lines, 200)->left_s, 100);
  EXPECT_EQ(of(lines, 240)->left_s, 60);
  EXPECT_EQ(of(lines, 400)->left_s, std::nullopt) << "it said nothing for longer than it wanted to take";
}

TEST_F(TaskProgressTest, NobodyGuessesFromTheFirstSeconds) {
  EXPECT_EQ(shown("{\"t\":100,\"done\":0,\"total\":9,\"unit\":\"files\"}\n{\"t\":101,\"done\":3,\"total\":9,"
                  "\"unit\":\"files\"}\n"),
            "33% of 9 files");
}

TEST_F(TaskProgressTest, WithoutATotalItCounts) {
  EXPECT_EQ(shown("{\"t\":1,\"done\":7,\"total\":0,\"unit\":\"runs\"}\n"), "7 runs");
  EXPECT_EQ(shown("{\"t\":1,\"note\":\"reading\"}\n"), "reading");
}

TEST_F(TaskProgressTest, ATornLastLineIsNotYetSaid) {
  EXPECT_EQ(shown("{\"t\":1,\"done\":1,\"total\":4,\"unit\":\"a\"}\n{\"t\":2,\"done\":2,\"to"), "25% of 4 a");
}

TEST_F(TaskProgressTest, OfAHugeFileOnlyItsEndsAreRead) {
  std::string text = "{\"t\":0,\"done\":0,\"total\":100000,\"unit\":\"steps\"}\n";
  for (int i = 1; i <= 50'000; ++i)
    text += "{\"t\":" + std::to_string(i) + ",\"done\":" + std::to_string(i) +
            ",\"total\":100000,\"unit\":\"steps\"}\n";
  EXPECT_EQ(shown(text, 50'000), "50% of 100000 steps, about 13 h 53 min left");
}

TEST_F(TaskProgressTest, NonsenseSaysNothing) {
  EXPECT_EQ(task_progress(folder.path() + "/nowhere", 1), std::nullopt);
  for (const char* text : {"", "\n", "\n\n", "no json\n", "[1]\n", "{\"done\":3}\n", "{\"t\":1}\n",
                           "{\"t\":\"x\",\"done\":1}\n", "{\"t\":1,\"done\":\"many\"}\n"})
    EXPECT_EQ(shown(text), "nothing") << text;
  EXPECT_EQ(shown("{\"t\":1,\"done\":-4,\"total\":-9,\"unit\":\"x\"}\n"), "nothing");
  EXPECT_EQ(shown("{\"t\":1,\"done\":9,\"total\":3,\"unit\":\"x\\u001b[2J\"}\n"), "100% of 3 x\\x1b[2J");
}

}  // namespace
}  // namespace sluice::report
