// The verbs that look at a run folder: status, logs, report, graph, completion --tasks.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "tests/engine/cli/typing.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::cli {
namespace {

struct LookingTest : ::testing::Test {
  tests::TemporaryFolder folder;

  void example(const tests::ExampleOptions& options = {}) {
    tests::write_example_run(folder.path(), options).reset();
  }
  Answer look(std::vector<std::string> words) {
    words.insert(words.end(), {"--dir", folder.path()});
    return type(words);
  }
};

const std::string failed = "import[sample=<b>tt&bar</b>,shard=3]";

TEST_F(LookingTest, WhereNothingRanEveryVerbSaysWhatToDo) {
  const std::string nothing = "sluice: " + folder.path() +
                              ": nothing has run in this folder yet\n  go to the folder of a run or name "
                              "it with --dir; `sluice run WORKFLOW` makes a first one\n";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status"}, {"logs", "x"}, {"report"}}) {
    const Answer answer = look(words);
    EXPECT_EQ(answer.code, exit_data) << words[0];
    EXPECT_EQ(answer.out, "") << words[0];
    EXPECT_EQ(answer.err, nothing) << words[0];
  }
  EXPECT_EQ(look({"completion", "--tasks"}).code, exit_done)
      << "a shell that asks in the middle of a word is not disturbed";
}

TEST_F(LookingTest, StatusAsTextAndAsJsonAgree) {
  example();
  const Answer text = look({"status"});
  EXPECT_EQ(text.code, exit_done);
  EXPECT_EQ(text.out.rfind("mlpf-clic: failed after 1 min 24 s, started ", 0), 0u) << text.out;
  EXPECT_NE(text.out.find("\n  import "), std::string::npos);
  EXPECT_NE(text.out.find(failed + " FAILED after 3 s: exit code 65\n"), std::string::npos);
  const auto value = parse_json(look({"status", "--json"}).out, "status");
  ASSERT_TRUE(value);
  EXPECT_EQ(json_string(value->as_object(), "state"), "failed");
  EXPECT_EQ(json_int(*json_object(value->as_object(), "tasks"), "succeeded"), 7);
}

TEST_F(LookingTest, LookingChangesNothing) {
  example();
  const std::string bytes = *RealDisk().read(folder / ".sluice/store.db");
  EXPECT_EQ(look({"status"}).code, exit_done);
  EXPECT_EQ(look({"logs", failed}).code, exit_done);
  EXPECT_EQ(look({"completion", "--tasks"}).code, exit_done);
  EXPECT_EQ(*RealDisk().read(folder / ".sluice/store.db"), bytes);
}

TEST_F(LookingTest, LogsPrintsWhatTheLastAttemptPrinted) {
  example();
  const Answer answer = look({"logs", failed});
  EXPECT_EQ(answer.code, exit_done);
  EXPECT_EQ(answer.out.rfind("reading event 1\nreading event 2\n", 0), 0u);
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(look({"logs", failed, "--tail", "1"}).out,
            "\x1b[31merror\x1b[0m: no collection 'MCParticles' in </pre><script>alert('log')</script>\n");
  EXPECT_EQ(look({"logs", failed, "--attempt", "1"}).out, answer.out);
}

TEST_F(LookingTest, LogsOfATaskThatPrintedNothingSaysSo) {
  example();
  const Answer answer = look({"logs", "import[sample=ee_qq_380,shard=1]"});
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.err,
            "sluice: import[sample=ee_qq_380,shard=1] attempt 1 ended: success, and has printed nothing\n");
}

TEST_F(LookingTest, LogsOfSeveralTasksListsThem) {
  example({.shards = 2});
  const Answer answer = look({"logs", "simulate"});
  EXPECT_EQ(answer.code, exit_usage);
  EXPECT_EQ(answer.err,
            "sluice: 'simulate' means 4 tasks\n"
            "  name one of them:\n"
            "    simulate[sample=ee_qq_380,shard=1]\n"
            "    simulate[sample=ee_qq_380,shard=2]\n"
            "    simulate[sample=<b>tt&bar</b>,shard=1]\n"
            "    simulate[sample=<b>tt&bar</b>,shard=2]\n");
}

TEST_F(LookingTest, LogsFollowsUntilTheAttemptEnds) {
  example();
  const Answer answer =
      look({"logs", failed, "--follow", "--tail", "1"});  // it has ended: nothing is waited for
  EXPECT_EQ(answer.code, exit_done);
  EXPECT_EQ(answer.out, look({"logs", failed, "--tail", "1"}).out);
  EXPECT_EQ(answer.err, "sluice: " + failed + " attempt 2 ended: exit code 65\n");
}

TEST_F(LookingTest, ReportWritesOnePage) {
  example({.ended = false});
  const Answer answer = look({"report", "somewhere/mlpf.toml"});
  EXPECT_EQ(answer.code, exit_done) << answer.err;
  const std::string path = folder / "sluice-report.html";
  EXPECT_EQ(answer.out.rfind("report: " + path + " (", 0), 0u) << answer.out;
  const auto page = RealDisk().read(path);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rfind("<!DOCTYPE html>", 0), 0u);
  const auto facts = parse_json(*RealDisk().read(folder / "sluice-report.json"), "");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->at("report"), 1);
  EXPECT_EQ(parse_json(look({"report", "--json"}).out, "")->at("run"), facts->at("run"));
  EXPECT_EQ(look({"report", "--output", "-"}).out.rfind("<!DOCTYPE html>", 0), 0u);
}

TEST_F(LookingTest, ReportOfAnotherWorkflowIsRefused) {
  example();
  const Answer answer = look({"report", "other.toml"});
  EXPECT_EQ(answer.code, exit_usage);
  EXPECT_EQ(answer.err, "sluice: " + folder.path() +
                            ": the last run here was of /home/me/mlpf.toml, not of other.toml\n"
                            "  run that first, or leave its name out\n");
}

TEST_F(LookingTest, ReportThatCanNotBeWrittenSaysWhere) {
  example();
  const Answer answer = look({"report", "--output", folder / "missing/page.html"});
  EXPECT_EQ(answer.code, exit_io);
  EXPECT_NE(answer.err.find(folder / "missing/page.html"), std::string::npos) << answer.err;
}

TEST_F(LookingTest, GraphNeedsNoRun) {
  std::ofstream(folder / "w.toml")
      << "sluice = 1\nname = \"w\"\n[stage.a]\ncommand = [\"true\"]\neach = { i = \"1..3\" }\n"
         "outputs = { o = \"a/{i}\" }\n[stage.b]\ncommand = [\"true\"]\ninputs = { i = \"a.o\" }\n";
  const std::string workflow = folder / "w.toml";
  EXPECT_EQ(look({"graph", workflow}).out, "a  3 tasks\nb  1 task   <- all of a\n");
  EXPECT_EQ(look({"graph", workflow, "--tasks"}).out, "a[i=1]\na[i=2]\na[i=3]\nb\ta[i=1] a[i=2] a[i=3]\n");
  EXPECT_EQ(look({"graph", workflow, "--format", "dot"}).out.rfind("digraph \"w\" {\n", 0), 0u);
  EXPECT_NE(look({"graph", workflow, "--format", "svg"}).out.find("</svg>"), std::string::npos);
  EXPECT_TRUE(parse_json(look({"graph", workflow, "--json"}).out, "graph"));
  EXPECT_EQ(look({"graph", workflow, "--output", folder / "g.dot", "--format", "dot"}).out, "");
  EXPECT_TRUE(RealDisk().stat(folder / "g.dot")->exists());
}

TEST_F(LookingTest, GraphOfTooManyTasksIsNotDrawn) {
  std::ofstream(folder / "w.toml")
      << "sluice = 1\n[stage.a]\ncommand = [\"true\"]\neach = { i = \"1..3000\" }\n";
  const Answer answer = look({"graph", folder / "w.toml", "--tasks", "-f", "svg"});
  EXPECT_EQ(answer.code, exit_usage);
  EXPECT_EQ(answer.err,
            "sluice: --tasks: the graph of 3000 tasks is too large to be drawn\n  leave --tasks out: stages "
            "are drawn\n");
}

TEST_F(LookingTest, CompletionOffersStagesThenTasks) {
  example({.shards = 1});
  EXPECT_EQ(look({"completion", "--tasks", "s"}).out,
            "simulate\nsweep\nsummary\nsimulate[sample=ee_qq_380,shard=1]\nsimulate[sample=<b>tt&bar</"
            "b>,shard=1]\n");
  EXPECT_EQ(look({"completion", "--tasks", "simulate[sample=e"}).out, "simulate[sample=ee_qq_380,shard=1]\n");
  EXPECT_EQ(look({"completion", "--tasks", "zzz"}).out, "");
}

}  // namespace
}  // namespace sluice::cli
