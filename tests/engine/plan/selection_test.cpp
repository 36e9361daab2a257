#include "engine/plan/selection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/workflow/loading.h"

namespace sluice::plan {
namespace {

constexpr const char* fan = R"(
sluice = 1
[stage.simulate]
program = "sluice-make"
each    = { sample = ["qq", "tt"], shard = "1..2" }
args    = { label = "{sample}{shard}" }
outputs = { events = "sim/{sample}/{shard}.root" }
[stage.side]
program = "sluice-make"
args    = { label = "side" }
outputs = { events = "side.root" }
[stage.import]
program = "sluice-copy"
each    = "simulate"
inputs  = { from = "simulate.events" }
outputs = { to = "events/{sample}/{shard}.h5" }
[stage.merge]
program = "sluice-merge"
inputs  = { events = "import.to" }
args    = { name = "all" }
outputs = { dataset = "dataset" }
)";

class Selecting : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = loading.load(fan);
    ASSERT_TRUE(loaded) << loading.diagnostics.render();
    graph = *std::move(loaded);
  }
  std::string names(const std::vector<bool>& chosen) const {
    std::string text;
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i]) text += (text.empty() ? "" : " ") + graph.names[i];
    return text;
  }
  std::string tasks(const Selection& selection) const {
    auto selected = select(graph, selection);
    return selected ? names(selected->tasks) : to_string(selected.error());
  }
  std::string matched(const std::string& pattern) const {
    auto found = match_tasks(graph, pattern, "--only");
    if (!found) return to_string(found.error());
    std::string text;
    for (const auto task : *found) text += (text.empty() ? "" : " ") + graph.names[task];
    return text;
  }

  workflow::Loading loading;
  workflow::TaskGraph graph;
};

TEST_F(Selecting, AStageMeansAllItsTasks) {
  EXPECT_EQ(matched("simulate"),
            "simulate[sample=qq,shard=1] simulate[sample=qq,shard=2] simulate[sample=tt,shard=1] "
            "simulate[sample=tt,shard=2]");
}

TEST_F(Selecting, ATaskMeansItself) {
  EXPECT_EQ(matched("simulate[sample=qq,shard=2]"), "simulate[sample=qq,shard=2]");
  EXPECT_EQ(matched("merge"), "merge");
}

TEST_F(Selecting, APatternMayNameSomeOfTheKeysInAnyOrder) {
  EXPECT_EQ(matched("simulate[shard=2]"), "simulate[sample=qq,shard=2] simulate[sample=tt,shard=2]");
  EXPECT_EQ(matched("simulate[shard=2,sample=t*]"), "simulate[sample=tt,shard=2]");
  EXPECT_EQ(matched("*[sample=q?,shard=1]"), "simulate[sample=qq,shard=1] import[sample=qq,shard=1]");
  EXPECT_EQ(matched("*m*[shard=1*]"),
            "simulate[sample=qq,shard=1] simulate[sample=tt,shard=1] import[sample=qq,shard=1] "
            "import[sample=tt,shard=1]");
  EXPECT_EQ(matched("s?de"), "side");
}

TEST_F(Selecting, ANameOfNothingSaysWhatWasProbablyMeant) {
  EXPECT_EQ(matched("simulat"),
            "--only: no stage and no task is called 'simulat'\n  did you mean 'simulate'?");
  EXPECT_EQ(matched("simulate[shard=9]"),
            "--only: no stage and no task is called 'simulate[shard=9]'\n"
            "  a task of simulate is called like this: simulate[sample=qq,shard=1]");
  EXPECT_EQ(matched("simulate[sharp=1]"),
            "--only: no stage and no task is called 'simulate[sharp=1]'\n"
            "  a task of simulate is called like this: simulate[sample=qq,shard=1]");
  for (const char* text :
       {"simulate[shard]", "simulate[shard=1", "simulate[shard=1]x", "[", "]", "", "simulate[=]"})
    EXPECT_TRUE(matched(text).starts_with("--only: no stage and no task is called '")) << text;
  EXPECT_EQ(matched("zzzzzzzz"),
            "--only: no stage and no task is called 'zzzzzzzz'\n  known: simulate, side, import, merge");
}

TEST_F(Selecting, NothingInParticularIsEverything) {
  const auto selected = select(graph, {});
  EXPECT_EQ(std::count(selected->tasks.begin(), selected->tasks.end(), true), 10);
  EXPECT_EQ(names(selected->forced), "");
}

TEST_F(Selecting, OnlyTakesNothingElseAlong) {
  EXPECT_EQ(tasks({{"import[shard=1]"}, {}, {}, {}}), "import[sample=qq,shard=1] import[sample=tt,shard=1]");
  EXPECT_EQ(tasks({{"merge", "side"}, {}, {}, {}}), "side merge");
}

TEST_F(Selecting, FromTakesAlongWhatFollowsAndForcesOnlyItself) {
  const auto selected = select(graph, {{}, {"import[sample=qq,shard=1]"}, {}, {}});
  EXPECT_EQ(names(selected->tasks), "import[sample=qq,shard=1] merge");
  EXPECT_EQ(names(selected->forced), "import[sample=qq,shard=1]");
  EXPECT_EQ(names(selected->fresh), "");
  EXPECT_EQ(tasks({{}, {"simulate[sample=tt,shard=2]"}, {}, {}}),
            "simulate[sample=tt,shard=2] import[sample=tt,shard=2] merge");
}

TEST_F(Selecting, UntilTakesAlongWhatIsNeeded) {
  EXPECT_EQ(tasks({{}, {}, {"import[sample=qq,shard=1]"}, {}}),
            "simulate[sample=qq,shard=1] import[sample=qq,shard=1]");
  const auto all_but_side = select(graph, {{}, {}, {"merge"}, {}})->tasks;
  EXPECT_EQ(std::count(all_but_side.begin(), all_but_side.end(), true), 9);
}

TEST_F(Selecting, FromAndUntilTogetherAreAStretch) {
  EXPECT_EQ(tasks({{}, {"simulate[sample=qq,shard=1]"}, {"import"}, {}}),
            "simulate[sample=qq,shard=1] import[sample=qq,shard=1]");
}

TEST_F(Selecting, ForceSelectsNothing) {
  const auto selected = select(graph, {{"merge"}, {}, {}, {"side", "merge"}});
  EXPECT_EQ(names(selected->tasks), "merge");
  EXPECT_EQ(names(selected->forced), "side merge");
  EXPECT_EQ(names(selected->fresh), "side merge");
}

TEST_F(Selecting, EachOptionIsNamedInItsErrors) {
  EXPECT_TRUE(tasks({{}, {"x1"}, {}, {}}).starts_with("--from: "));
  EXPECT_TRUE(tasks({{}, {}, {"x1"}, {}}).starts_with("--until: "));
  EXPECT_TRUE(tasks({{}, {}, {}, {"x1"}}).starts_with("--force: "));
}

}  // namespace
}  // namespace sluice::plan
