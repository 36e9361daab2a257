// The live block, as it stands on a terminal.
#include "engine/report/block.h"

#include <gtest/gtest.h>

#include "engine/report/paint.h"

namespace sluice::report {
namespace {

Terminal terminal(int width, int height, bool utf8 = true) { return {true, false, utf8, width, height}; }

Progress example() {
  Progress progress;
  progress.workflow = "mlpf-clic";
  progress.elapsed_s = 185.7;
  progress.left = TimeLeft{720, false};
  progress.stages = {{"simulate", 0, {.cached = 6, .succeeded = 2}},
                     {"import", 1, {.waiting = 4, .running = 2, .succeeded = 1, .failed = 1}},
                     {"preprocess", 2, {.waiting = 1}}};
  progress.running = {{"import[sample=ee_qq_380,shard=3]", 1, 72.4, ""},
                      {"import[sample=ee_ttbar_380,shard=4]", 2, 5, "waits for 4 GPUs"}};
  return progress;
}

std::string drawn(const Progress& progress, const Terminal& where) {
  std::string text;
  for (const std::string& line : block(progress, where)) text += line + "\n";
  return text;
}

TEST(Block, ShowsStagesAsRowsWithBars) {
  EXPECT_EQ(
      drawn(example(), terminal(100, 24)),
      "mlpf-clic  10/17 · 58%                                                3 min 05 s · about 12 min left\n"
      "  simulate    ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓██████████  8/8  6 up to date\n"
      "  import      █████×××××▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░░░░░  2/8  1 failed, 2 running\n"
      "  preprocess  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1\n"
      "    import[sample=ee_qq_380,shard=3]                                  1 min 12 s\n"
      "    import[sample=ee_ttbar_380,shard=4]  attempt 2  waits for 4 GPUs         5 s\n");
}

TEST(Block, IsAsciiWhereTheLocaleIs) {
  EXPECT_EQ(drawn(example(), terminal(60, 24, false)),
            "mlpf-clic  10/17 - 58%        3 min 05 s - about 12 min left\n"
            "  simulate    ========###  8/8  6 up to date\n"
            "  import      #x>>>......  2/8  1 failed, 2 running\n"
            "  preprocess  ...........  0/1\n"
            "    import[sample=ee_qq_380,shard=3]              1 min 12 s\n"
            "    import[sample=ee_ttbar_380,shard=4]  attemp~         5 s\n");
}

TEST(Block, LeavesOutWhatDoesNotFit) {
  EXPECT_EQ(drawn(example(), terminal(36, 24)),
            "3 min 05 s · about 12 min left\n"
            "  simulate    8/8  6 up to date\n"
            "  import      2/8  1 failed\n"
            "  preprocess  0/1\n"
            "    import[sample=ee_qq…  1 min 12 s\n"
            "    import[sample=ee_tt…         5 s\n");
  EXPECT_EQ(drawn(example(), terminal(100, 3)), "[10/17] 2 running, 1 failed, about 12 min left\n");
  EXPECT_EQ(drawn(example(), terminal(15, 24)), "[10/17] 2 runn…\n");
}

TEST(Block, OfManyStagesShowsThoseWhereSomethingHappens) {
  Progress progress;
  progress.workflow = "w";
  for (int i = 0; i < 10; ++i) {
    Tally tally;
    (i < 4 ? tally.succeeded : tally.waiting) = 1;
    if (i == 4) tally = {.running = 1};
    progress.stages.push_back({"stage" + std::to_string(i), i, tally});
  }
  EXPECT_EQ(drawn(progress, terminal(40, 6)),
            "w  4/10 · 40%                        0 s\n"
            "  stage4  0/1  1 running\n"
            "  stage5  0/1\n"
            "  stage6  0/1\n"
            "  and 7 more stages\n");
}

TEST(Block, NeverReachesTheHeightOrWidthOfTheTerminal) {
  Progress progress = example();
  for (int i = 0; i < 30; ++i)
    progress.stages.push_back({"stage number " + std::to_string(i), i, {.waiting = 1000000}});
  for (int i = 0; i < 30; ++i) progress.running.push_back({std::string(300, 'x'), i, 1e6 * i, "y"});
  for (int width = 1; width < 130; ++width) {
    for (int height = 1; height < 40; ++height) {
      const auto lines = block(progress, terminal(width, height));
      ASSERT_LE(lines.size(), static_cast<std::size_t>(std::max(height - 1, 1))) << width << "x" << height;
      for (const auto& line : lines) ASSERT_LE(visible_width(line), static_cast<std::size_t>(width)) << line;
    }
  }
}

TEST(Block, ColoursDoNotChangeTheWidth) {
  Terminal coloured = terminal(90, 24);
  coloured.colour = true;
  const auto with = block(example(), coloured);
  const auto without = block(example(), terminal(90, 24));
  ASSERT_EQ(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) EXPECT_EQ(visible_width(with[i]), visible_width(without[i]));
  EXPECT_NE(with[1], without[1]);
}

TEST(Block, ANameCannotSteerTheTerminal) {
  Progress progress = example();
  progress.running = {{"evil\x1b[2J\nname", 1, 5, ""}};
  const std::string text = drawn(progress, terminal(100, 24));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("    evil\\x1b[2J name"), std::string::npos);
}

TEST(Bar, GivesEverythingThatIsThereACell) {
  const Terminal ascii = terminal(80, 24, false);
  EXPECT_EQ(bar({.waiting = 100000, .running = 1, .succeeded = 1, .failed = 1}, 10, ascii), "#x>.......");
  EXPECT_EQ(bar({.succeeded = 99999, .failed = 1}, 10, ascii), "#########x");
  EXPECT_EQ(bar({.waiting = 1, .cached = 1}, 10, ascii), "=====.....");
  EXPECT_EQ(bar({}, 10, ascii), "          ");
  EXPECT_EQ(
      bar({.waiting = 1, .running = 1, .cached = 1, .succeeded = 1, .failed = 1, .skipped = 1}, 2, ascii)
          .size(),
      2u);
}

TEST(Percent, IsAHundredOnlyAtTheEnd) {
  EXPECT_EQ(percent(99999, 100000), "99%");
  EXPECT_EQ(percent(100000, 100000), "100%");
  EXPECT_EQ(percent(0, 0), "100%");
}

}  // namespace
}  // namespace sluice::report
