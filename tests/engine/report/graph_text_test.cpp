// The graph as text, DOT and JSON.
#include "engine/report/graph_text.h"

#include <gtest/gtest.h>

#include "engine/report/dot.h"
#include "tests/support/report/example_run.h"
#include "tests/support/workflow/loading.h"

namespace sluice::report {
namespace {

constexpr Terminal utf8{false, false, true, 80, 24};

workflow::TaskGraph small_graph() {
  workflow::Loading loading;
  auto graph = loading.load(R"(
sluice = 1
name = "small"
[stage.a]
command = ["tool"]
each = { i = "1..2" }
outputs = { o = "a/{i}" }
[stage.b]
command = ["tool"]
inputs = { i = "a.o" }
outputs = { o = "b" }
)");
  if (!graph) throw std::runtime_error(loading.diagnostics.render());
  return std::move(*graph);
}

TEST(GraphText, IsALineForEachStage) {
  EXPECT_EQ(stages_text(unrun(tests::example_graph(4)), utf8),
            "simulate    8 tasks\n"
            "import      8 tasks  ← simulate\n"
            "preprocess  1 task   ← all of import\n"
            "sweep       1 task   ← preprocess  (trials: sluice-train on slurm)\n"
            "train       1 task   ← preprocess, sweep\n"
            "summary     1 task   ← train  (final)\n");
}

TEST(GraphText, SaysHowFarARunGot) {
  auto stages = unrun(tests::example_graph(4));
  stages.resize(2);
  stages[0].tally = {.cached = 8};
  stages[1].tally = {.waiting = 5, .succeeded = 2, .failed = 1};
  EXPECT_EQ(stages_text(stages, utf8),
            "simulate  8 tasks  up to date\n"
            "import    8 tasks  failed  ← simulate\n");
}

TEST(GraphText, OfTasksNamesWhatEachReads) {
  EXPECT_EQ(tasks_text(small_graph()), "a[i=1]\na[i=2]\nb\ta[i=1] a[i=2]\n");
}

TEST(GraphJson, OfTasks) {
  EXPECT_EQ(
      json::serialize(tasks_json(small_graph())),
      R"({"workflow":"small","tasks":[{"task":"a[i=1]","stage":"a","inputs":[]},)"
      R"({"task":"a[i=2]","stage":"a","inputs":[]},{"task":"b","stage":"b","inputs":["a[i=1]","a[i=2]"]}]})");
}

TEST(GraphJson, OfStages) {
  auto stages = unrun(tests::example_graph(1));
  stages.resize(2);
  EXPECT_EQ(
      json::serialize(stages_json(stages, "w").as_object().at("stages").as_array()[1]),
      R"({"stage":"import","program":"sluice-import","executor":"local","final":false,"depth":1,)"
      R"("inputs":[{"stage":"simulate","gathers":false}],"tasks":{"total":2,"waiting":2,"running":0,"up_to_date":0,)"
      R"("succeeded":0,"failed":0,"skipped":0,"cancelled":0,"excluded":0}})");
}

TEST(Dot, OfTasksHasANodeAndItsEdgesForEach) {
  const std::string dot = tasks_dot(small_graph());
  EXPECT_NE(dot.find("  t0 [label=\"a[i=1]\"];\n  t1 [label=\"a[i=2]\"];\n  t2 [label=\"b\"];\n"
                     "  t0 -> t2;\n  t1 -> t2;\n}\n"),
            std::string::npos)
      << dot;
}

TEST(Dot, QuotesWhatItMustNotRead) { EXPECT_EQ(dot_quoted("a\"b\\c\nd\x01"), "\"a\\\"b\\\\c\\nd\\\\x01\""); }

TEST(Mood, IsTheWorstThatThereIs) {
  EXPECT_EQ(mood({.waiting = 3}), "waiting");
  EXPECT_EQ(mood({.waiting = 3, .cached = 1}), "partly");
  EXPECT_EQ(mood({.cached = 3}), "cached");
  EXPECT_EQ(mood({.cached = 3, .succeeded = 1}), "done");
  EXPECT_EQ(mood({.succeeded = 3, .skipped = 1}), "lost");
  EXPECT_EQ(mood({.running = 1, .succeeded = 3}), "running");
  EXPECT_EQ(mood({.running = 1, .failed = 1}), "failed");
  EXPECT_EQ(mood({.excluded = 2}), "waiting");
  EXPECT_EQ(mood({}), "waiting");
}

}  // namespace
}  // namespace sluice::report
