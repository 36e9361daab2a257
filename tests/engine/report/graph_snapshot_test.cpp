// The graph that is kept with a run: what it says, and that it stays small.
#include "engine/report/graph_snapshot.h"

#include <gtest/gtest.h>

#include "engine/workflow/task_graph.h"
#include "tests/support/report/example_run.h"
#include "tests/support/workflow/loading.h"

namespace sluice::report {
namespace {

using Names = std::vector<std::string>;

workflow::TaskGraph load(const std::string& toml) {
  workflow::Loading loading;
  auto graph = loading.load(toml);
  if (!graph) throw std::runtime_error(loading.diagnostics.render());
  return std::move(*graph);
}

GraphSnapshot snapshot(const std::string& toml) { return snapshot_of(load(toml)); }

GraphSnapshot there_and_back(const GraphSnapshot& graph) {
  auto read = snapshot_from_text(to_text(graph));
  EXPECT_TRUE(read) << to_string(read.error());
  return *read;
}

constexpr const char* pipeline = R"(
sluice = 1
name = "pipeline"
[stage.simulate]
command = ["tool"]
each = { sample = ["qq", "tt"], shard = "1..6" }
outputs = { o = "sim/{sample}/{shard}" }
[stage.import]
command = ["tool"]
each = "simulate"
where = "shard != 2"
inputs = { i = "simulate.o" }
outputs = { o = "imp/{sample}/{shard}" }
[stage.join]
command = ["tool"]
inputs = { i = "import.o" }
outputs = { o = "joined" }
final = true
)";

TEST(GraphSnapshot, NamesTheTasksOfEveryStage) {
  const GraphSnapshot graph = snapshot(pipeline);
  const workflow::TaskGraph tasks = load(pipeline);
  ASSERT_EQ(graph.stages.size(), 3u);
  Names all;
  for (const StageSnapshot& stage : there_and_back(graph).stages)
    for (const std::string& name : spelled_out(stage.name, stage.names)) all.push_back(name);
  EXPECT_EQ(all, tasks.names);
}

TEST(GraphSnapshot, KnowsWhatFeedsWhatAndWhoGathers) {
  const GraphSnapshot graph = there_and_back(snapshot(pipeline));
  EXPECT_EQ(graph.workflow, "pipeline");
  EXPECT_EQ(graph.stages[0].inputs, std::vector<StageInput>{});
  EXPECT_EQ(graph.stages[1].inputs, (std::vector<StageInput>{{0, false}}));
  EXPECT_EQ(graph.stages[2].inputs, (std::vector<StageInput>{{1, true}}));
  EXPECT_TRUE(graph.stages[2].is_final);
  EXPECT_EQ(depths(graph), (std::vector<int>{0, 1, 2}));
}

TEST(GraphSnapshot, KeepsProductsAsTheirKeys) {
  const GraphSnapshot graph = snapshot(pipeline);
  EXPECT_EQ(graph.stages[0].names.keys,
            (std::vector<KeyValues>{{"sample", {"qq", "tt"}}, {"shard", {"1", "2", "3", "4", "5", "6"}}}));
  EXPECT_EQ(graph.stages[0].names.listed, Names{});
}

TEST(GraphSnapshot, OfAHundredThousandTasksIsShort) {
  const GraphSnapshot graph = snapshot(R"(
sluice = 1
[stage.a]
command = ["tool"]
each = { i = "1..100000" }
)");
  EXPECT_LT(to_text(graph).size(), 1000u);
  EXPECT_EQ(there_and_back(graph), graph);
}

TEST(GraphSnapshot, ReadsBackEverythingItSays) {
  GraphSnapshot graph = tests::example_graph(3);
  graph.stages[0].up_to_date = 6;
  graph.stages[1].excluded = 2;
  graph.stages[1].tolerate = 0.05;
  graph.stages[2].resources = {4, 123'456'789'012, 2, 8, 90.5};
  EXPECT_EQ(there_and_back(graph), graph);
}

TEST(GraphSnapshot, NumbersThatAreNotPrintedSoAreKeptAsTheyAre) {
  for (const Names& values :
       {Names{"01", "02", "03", "04"}, Names{"1", "2", "4", "5"}, Names{"-1", "0", "1", "2"},
        Names{"9", "10", "11", "12"}, Names{"1.0", "2.0", "3.0", "4.0"}}) {
    GraphSnapshot graph;
    graph.stages.emplace_back().name = "a";
    graph.stages[0].task_count = 4;
    graph.stages[0].names.keys = {{"k", values}};
    EXPECT_EQ(there_and_back(graph).stages[0].names.keys[0].values, values);
  }
}

TEST(GraphSnapshot, RefusesWhatIsNoSnapshot) {
  EXPECT_FALSE(snapshot_from_text(""));
  EXPECT_FALSE(snapshot_from_text("[]"));
  EXPECT_FALSE(snapshot_from_text(R"({"snapshot": 2, "stages": []})"));
  EXPECT_TRUE(
      snapshot_from_text(R"({"snapshot": 1, "stages": [1, {"inputs": [{"stage": 99}], "keys": 7}]})"));
}

TEST(StageName, IsWhatStandsBeforeTheBracket) {
  EXPECT_EQ(stage_name("simulate[shard=3]"), "simulate");
  EXPECT_EQ(stage_name("join"), "join");
}

}  // namespace
}  // namespace sluice::report
