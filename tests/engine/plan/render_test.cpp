#include "engine/plan/render.h"

#include <gtest/gtest.h>

#include "engine/base/arguments_file.h"
#include "tests/support/workflow/loading.h"

namespace sluice::plan {
namespace {

class Rendering : public ::testing::Test {
 protected:
  void load(const std::string& text) {
    auto loaded = loading.load("sluice = 1\n" + text);
    ASSERT_TRUE(loaded) << loading.diagnostics.render();
    graph = *std::move(loaded);
  }
  CommandLine render_task(const std::string& name) {
    return render(graph, *graph.find_task(name), {"/run", "/run/.sluice/attempts/x.1"},
                  [this](workflow::TaskIndex task) { return graph.names[task] == lost; });
  }
  std::string command(const std::string& name) {
    const auto rendered = render_task(name);
    std::string text;
    for (const auto& [variable, value] : rendered.env) text += variable + "=" + value + " ";
    for (const auto& word : rendered.argv) text += "[" + word + "]";
    return text;
  }

  workflow::Loading loading;
  workflow::TaskGraph graph;
  std::string lost;
};

constexpr const char* gather = R"(
[stage.simulate]
program = "sluice-make"
each    = { shard = "1..3" }
args    = { label = "{shard}" }
outputs = { events = "sim/{shard}.root" }
[stage.merge]
program = "sluice-merge"
inputs  = { events = "simulate.events" }
args    = { name = "all of them" }
outputs = { dataset = "deep/below/dataset" }
)";

TEST_F(Rendering, PutsPathsWhereTheFingerprintHasContents) {
  load(gather);
  EXPECT_EQ(command("simulate[shard=2]"),
            "[/bin/sluice-make][--output.events][/run/.sluice/attempts/x.1/2.root][--label][2]");
  EXPECT_EQ(command("merge"),
            "[/bin/sluice-merge][--input.events][/run/sim/1.root][/run/sim/2.root][/run/sim/3.root]"
            "[--output.dataset][/run/.sluice/attempts/x.1/dataset][--name][all of them]");
}

TEST_F(Rendering, LeavesOutATolerableLoss) {
  load(gather);
  lost = "simulate[shard=2]";
  EXPECT_EQ(command("merge"),
            "[/bin/sluice-merge][--input.events][/run/sim/1.root][/run/sim/3.root]"
            "[--output.dataset][/run/.sluice/attempts/x.1/dataset][--name][all of them]");
}

TEST_F(Rendering, KeepsAnArgumentOneArgument) {
  loading.disk.put("/w/my script.py", "");
  load(R"(
[stage.plot]
command = ["tool", "{inputs.script}", "--title=a b", "--out={outputs.plot}", ""]
inputs  = { script = "file:my script.py" }
outputs = { plot = "plot.svg" }
env     = { WHERE = "{outputs.plot}", N = "3" }
)");
  const auto rendered = render_task("plot");
  EXPECT_EQ(rendered.argv, (std::vector<std::string>{"/usr/bin/tool", "/w/my script.py", "--title=a b",
                                                     "--out=/run/.sluice/attempts/x.1/plot.svg", ""}));
  EXPECT_EQ(rendered.env, (std::vector<std::pair<std::string, std::string>>{
                              {"N", "3"}, {"WHERE", "/run/.sluice/attempts/x.1/plot.svg"}}));
}

TEST_F(Rendering, WritesAVeryLongCommandLineIntoAFile) {
  std::string text = gather;
  text.replace(text.find("1..3"), 4, "1..9000");
  load(text);
  const auto rendered = render_task("merge");
  EXPECT_EQ(rendered.argv,
            (std::vector<std::string>{"/bin/sluice-merge", "@/run/.sluice/attempts/x.1/args.txt"}));
  const auto arguments = parse_arguments_file(rendered.arguments_file, "args.txt");
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->size(), 9005U);
  EXPECT_EQ(arguments->at(0), "--input.events");
  EXPECT_EQ(arguments->at(9000), "/run/sim/9000.root");
  EXPECT_EQ(arguments->back(), "all of them");
}

TEST_F(Rendering, NeverDoesSoForAProgramThatWouldNotUnderstand) {
  std::string text = gather;
  text.replace(text.find("1..3"), 4, "1..9000");
  text.replace(text.find("program = \"sluice-merge\""), 24,
               "command = [\"tool\", \"{inputs.events}\", \"{outputs.dataset}\"]");
  text.erase(text.find("args    = { name = \"all of them\" }"), 34);
  load(text);
  EXPECT_EQ(render_task("merge").argv.size(), 9002U);
  EXPECT_EQ(render_task("merge").arguments_file, "");
}

TEST_F(Rendering, GivesTrialsTheInputsOfTheirOwner) {
  loading.disk.put("/w/config.toml", "");
  load(std::string(gather) + R"(
[stage.sweep]
program = "sluice-sweep"
inputs  = { dataset = "merge.dataset" }
outputs = { best = "best.toml" }
trials  = { program = "sluice-train", inputs = { dataset = "merge.dataset", config = "file:config.toml" }, args = { loss = "focal" } }
)");
  const auto rendered = render_trial(graph, *graph.find_task("sweep"), {"/run", "/a"}, nullptr);
  EXPECT_EQ(rendered.argv,
            (std::vector<std::string>{"/bin/sluice-train", "--input.dataset", "/run/deep/below/dataset",
                                      "--input.config", "/w/config.toml", "--loss", "focal"}));
}

TEST_F(Rendering, GivesOutputsNamesThatDoNotMeet) {
  load(R"(
[stage.make]
command = ["tool", "{outputs.a}", "{outputs.b}", "{outputs.c}", "{outputs.d}", "{outputs.e}"]
outputs = { a = "one/x.txt", b = "two/x.txt", c = "y.txt", d = "log.txt", e = "exit.42" }
)");
  EXPECT_EQ(attempt_output(graph, 0, 0), "output-1-x.txt");
  EXPECT_EQ(attempt_output(graph, 0, 1), "output-2-x.txt");
  EXPECT_EQ(attempt_output(graph, 0, 2), "y.txt");
  EXPECT_EQ(attempt_output(graph, 0, 3), "output-4-log.txt");
  EXPECT_EQ(attempt_output(graph, 0, 4), "output-5-exit.42");
}

}  // namespace
}  // namespace sluice::plan
