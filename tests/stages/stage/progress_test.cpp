#include "stages/stage/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "tests/stages/stage/kit_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::stage {
namespace {

class ProgressTest : public testing::Test {
 protected:
  std::string lines() { return RealDisk().read(folder / "progress").value_or("(none)"); }
  std::size_t line_count() {
    const std::string text = lines();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  tests::TemporaryFolder folder;
  HandClock clock;
};

TEST_F(ProgressTest, WritesALineAtMostTwiceASecond) {
  Progress progress(clock, folder / "progress", nullptr);
  progress.start("events", 1000);
  for (int i = 0; i < 1000; ++i) {
    progress.add();
    clock.now_ns += 10 * ns_per_ms;
  }
  progress.finish({});
  EXPECT_EQ(line_count(), 1U + 19U + 1U);  // the start, one each half second of ten, the end
}

TEST_F(ProgressTest, ALineSaysHowFarItIs) {
  Progress progress(clock, folder / "progress", nullptr);
  progress.start("events", 100, 40);
  clock.now_ns += 2500 * ns_per_ms;
  progress.add(20);
  progress.note("epoch 3\n \x1b[1m");
  progress.finish({{"no tracks", 2}, {"negative energy", 1}});
  EXPECT_EQ(
      lines(),
      "{\"t\":1700000000.000,\"done\":40,\"total\":100,\"unit\":\"events\"}\n"
      "{\"t\":1700000002.500,\"done\":60,\"total\":100,\"unit\":\"events\"}\n"
      "{\"t\":1700000002.500,\"done\":60,\"total\":100,\"unit\":\"events\",\"note\":\"epoch 3 \\\\x1b[1m\"}\n"
      "{\"t\":1700000002.500,\"done\":60,\"total\":100,\"unit\":\"events\",\"note\":\"epoch 3 \\\\x1b[1m\","
      "\"skipped\":{\"negative energy\":1,\"no tracks\":2}}\n");
}

TEST_F(ProgressTest, LinesAreAppendedToThoseOfEarlierAttempts) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    Progress progress(clock, folder / "progress", nullptr);
    progress.start("events", 1);
  }
  EXPECT_EQ(line_count(), 2U);
}

TEST_F(ProgressTest, AFileThatCannotBeWrittenIsNoHarm) {
  for (const std::string& path : {std::string("/dev/full"), folder / "no/such/folder"}) {
    Progress progress(clock, path, nullptr);
    progress.start("events", 1);
    progress.add();
    progress.finish({});
  }
}

TEST_F(ProgressTest, AStageThatReportsNothingWritesNothing) {
  {
    Progress progress(clock, folder / "progress", nullptr);
    progress.finish({});
  }
  EXPECT_EQ(lines(), "");
}

TEST_F(ProgressTest, CountsFromManyThreads) {
  Progress progress(clock, folder / "progress", nullptr);
  progress.start("events", 40'000);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int event = 0; event < 10'000; ++event) progress.add();
      });
  }
  progress.finish({});
  EXPECT_NE(lines().find("\"done\":40000,"), std::string::npos);
}

TEST_F(ProgressTest, DrawsABarOnATerminal) {
  std::ostringstream terminal;
  Progress progress(clock, "", &terminal);
  progress.start("muons", 4'000'000, 1'000'000);
  clock.now_ns += 2 * ns_per_s;
  progress.add(1'000'000);
  progress.note("warm");
  progress.finish({});
  EXPECT_EQ(terminal.str(),
            "\r\033[K[######..................] 25%  1.0M/4.0M muons"
            "\r\033[K[############............] 50%  2.0M/4.0M muons  500k/s  4 s left"
            "\r\033[K[############............] 50%  2.0M/4.0M muons  500k/s  4 s left  warm"
            "\r\033[K[############............] 50%  2.0M/4.0M muons  500k/s  4 s left  warm\n");
}

TEST_F(ProgressTest, ABarOfUnknownLengthOnlyCounts) {
  std::ostringstream terminal;
  Progress progress(clock, "", &terminal);
  progress.start("lines", 0);
  clock.now_ns += ns_per_s;
  progress.add(12);
  EXPECT_EQ(terminal.str(), "\r\033[K0 lines\r\033[K12 lines  12/s");
}

}  // namespace
}  // namespace sluice::stage
