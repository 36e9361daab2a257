#include "engine/workflow/load.h"

#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

TEST(Load, TheWorkflowOfTheManual) {
  Loading loading;
  const auto graph = loading.load(R"(
sluice = 1
name = "mlpf-clic"

[params]
events  = 20
samples = ["ee_qq", "ee_tt"]

[stage.simulate]
program = "sluice-make"
each    = { sample = "{samples}", shard = "1..2" }
args    = { label = "{sample}", events = "{events}", epochs = "{shard}" }
outputs = { events = "sim/{sample}/{shard}.root" }
resources = { cpus = 1, memory = "1 GB", time = "10 min" }

[stage.import]
program = "sluice-copy"
each    = "simulate"
inputs  = { from = "simulate.events" }
outputs = { to = "events/{sample}/{shard}.h5" }

[stage.preprocess]
program = "sluice-merge"
inputs  = { events = "import.to" }
args    = { name = "all" }
outputs = { dataset = "dataset" }
)");
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(loading.diagnostics.render(), "");
  EXPECT_EQ(graph->workflow_name, "mlpf-clic");
  EXPECT_EQ(graph->workflow_path, "/w/flow.toml");
  EXPECT_EQ(names_of(*graph),
            (std::vector<std::string>{"simulate[sample=ee_qq,shard=1]", "simulate[sample=ee_qq,shard=2]",
                                      "simulate[sample=ee_tt,shard=1]", "simulate[sample=ee_tt,shard=2]",
                                      "import[sample=ee_qq,shard=1]", "import[sample=ee_qq,shard=2]",
                                      "import[sample=ee_tt,shard=1]", "import[sample=ee_tt,shard=2]",
                                      "preprocess"}));
  EXPECT_EQ(command_line(*graph, "simulate[sample=ee_tt,shard=2]"),
            "/bin/sluice-make --output.events >sim/ee_tt/2.root --events 20 --label ee_tt ~--epochs ~2");
  EXPECT_EQ(command_line(*graph, "import[sample=ee_tt,shard=2]"),
            "/bin/sluice-copy --input.from <sim/ee_tt/2.root> --output.to >events/ee_tt/2.h5");
  EXPECT_EQ(command_line(*graph, "preprocess"),
            "/bin/sluice-merge --input.events "
            "<events/ee_qq/1.h5,events/ee_qq/2.h5,events/ee_tt/1.h5,events/ee_tt/2.h5>"
            " --output.dataset >dataset --name all");
  const Stage& simulate = graph->stages[0];
  EXPECT_EQ(simulate.program.name, "sluice-make");
  EXPECT_TRUE(simulate.program.described);
  EXPECT_EQ(simulate.program.results_version, "3");
  EXPECT_EQ(simulate.executor, "local");
  EXPECT_EQ(simulate.resources, (executors::Resources{1, 1'000'000'000, 0, 1, 600}));
  EXPECT_TRUE(graph->recipe(0).arguments_file);
  EXPECT_FALSE(graph->stages[1].program.resumable);
  EXPECT_TRUE(graph->stages[2].program.resumable);
  EXPECT_EQ(graph->params, (std::vector<std::pair<std::string, std::string>>{
                               {"events", "20"}, {"samples", R"(["ee_qq","ee_tt"])"}}));
}

TEST(Load, AsksEveryProgramOnce) {
  Loading loading;
  ASSERT_TRUE(loading.load(R"(
sluice = 1
[stage.a]
program = "sluice-make"
outputs = { events = "a" }
[stage.b]
program = "sluice-make"
outputs = { events = "b" }
)"));
  EXPECT_EQ(loading.described, std::vector<std::string>{"/bin/sluice-make"});
}

TEST(Load, TheNameIsThatOfTheFileUnlessSaid) {
  Loading loading;
  const auto graph = loading.load("sluice = 1\n[stage.a]\ncommand = [\"tool\"]\n");
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->workflow_name, "flow");
}

TEST(Load, ReadsTheFile) {
  Loading loading;
  loading.disk.put("/w/flow.toml", "sluice = 1\n[stage.a]\ncommand = ['tool']\n");
  const Describe describe = [](const std::string&) -> Result<json::object> { return Error{"no", "", ""}; };
  EXPECT_TRUE(load(loading.options, loading.disk, describe, loading.diagnostics));
}

TEST(Load, AFileThatIsNotThereIsAnError) {
  Loading loading;
  const Describe describe = [](const std::string&) -> Result<json::object> { return Error{"no", "", ""}; };
  EXPECT_FALSE(load(loading.options, loading.disk, describe, loading.diagnostics));
  EXPECT_EQ(loading.diagnostics.render(),
            "/w/flow.toml: error: can't open it: No such file or directory\n1 error\n");
}

TEST(Load, SaysWhichVersionOfTheLanguageItReads) {
  EXPECT_EQ(complaints("[stage.a]\ncommand = ['tool']\n"),
            "/w/flow.toml: error: 'sluice = 1' is missing\n"
            "  it says which version of the language the file is written in\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 2\nnew_key = 1\n"),
            "/w/flow.toml:1:10: error: not a version of the workflow language that is known here\n"
            "  sluice = 2\n"
            "           ^\n"
            "  this Sluice reads version 1 of the language\n"
            "1 error\n");
}

TEST(Load, AWorkflowHasStages) {
  EXPECT_EQ(complaints("sluice = 1\n"),
            "/w/flow.toml: error: the workflow has no stage\n"
            "  write [stage.NAME] and its keys below\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage]\nprogram = 'x'\n"),
            "/w/flow.toml:3:1: error: 'program' stands outside of a stage's table\n"
            "  program = 'x'\n"
            "  ^~~~~~~\n"
            "  write [stage.NAME] and its keys below\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\nstage = 5\n"),
            "/w/flow.toml:2:9: error: 'stage' has to be a table, not an integer\n"
            "  stage = 5\n"
            "          ^\n"
            "  write [stage.NAME] and its keys below\n"
            "1 error\n");
}

TEST(Load, UnknownKeysAreSuggested) {
  EXPECT_EQ(complaints("sluice = 1\nnam = 'x'\nbanana = 1\n[stage.a]\ncomand = ['tool']\n"),
            "/w/flow.toml:2:1: error: unknown key 'nam' in the workflow\n"
            "  nam = 'x'\n"
            "  ^~~\n"
            "  did you mean 'name'?\n"
            "/w/flow.toml:3:1: error: unknown key 'banana' in the workflow\n"
            "  banana = 1\n"
            "  ^~~~~~\n"
            "  known: sluice, name, params, resources, retry, pools, executor, env, report, stage\n"
            "/w/flow.toml:4:8: error: stage 'a' has neither 'program' nor 'command'\n"
            "  [stage.a]\n"
            "         ^\n"
            "  program = \"sluice-...\" for a Sluice stage, command = [\"...\"] for any other program\n"
            "/w/flow.toml:5:1: error: unknown key 'comand' in stage 'a'\n"
            "  comand = ['tool']\n"
            "  ^~~~~~\n"
            "  did you mean 'command'?\n"
            "4 errors\n");
}

TEST(Load, NamesAreChecked) {
  EXPECT_EQ(complaints("sluice = 1\nname = 'a b'\n[stage.'x/y']\ncommand = ['tool']\n"),
            "/w/flow.toml:2:8: error: 'a b' can't be a workflow name\n"
            "  name = 'a b'\n"
            "         ^~~~~\n"
            "  a name: letters, digits, '_' and '-', a letter first, at most 64\n"
            "/w/flow.toml:3:8: error: 'x/y' can't be a stage name\n"
            "  [stage.'x/y']\n"
            "         ^~~~~\n"
            "  a name: letters, digits, '_' and '-', a letter first, at most 64\n"
            "2 errors\n");
}

TEST(Load, AllMistakesOfAFileAreToldInItsOrder) {
  const std::string text = complaints(R"(sluice = 1
nme = "x"
[params]
events = 10
[stage.simulate]
program = "sluice-make"
each = { shard = "1..2" }
args = { evnts = "{events}", mode = "{shrad}" }
outputs = { events = "sim/{shard}" }
resources = { memory = 4 }
[stage.import]
program = "sluice-copy"
each = "simulte"
inputs = { from = "simulate.evnts" }
outputs = { to = "x" }
)");
  std::vector<std::string> lines;
  for (std::size_t at = text.find("flow.toml:"); at != std::string::npos;
       at = text.find("flow.toml:", at + 1))
    lines.push_back(text.substr(at + 10, text.find(' ', at) - at - 11));
  EXPECT_EQ(lines, (std::vector<std::string>{"2:1", "8:10", "8:38", "10:24", "13:8", "14:29"})) << text;
}

TEST(TaskGraph, FindsTasksByTheirNames) {
  Loading loading;
  const auto graph = loading.load(
      "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = { i = '1..1000' }\n[stage.b]\ncommand = ['tool']\n");
  ASSERT_TRUE(graph);
  for (TaskIndex task = 0; task < graph->task_count(); ++task)
    ASSERT_EQ(graph->find_task(graph->names[task]), task);
  EXPECT_EQ(graph->find_task("a[i=1001]"), std::nullopt);
  EXPECT_EQ(graph->find_task("a"), std::nullopt);
  EXPECT_EQ(graph->find_task(""), std::nullopt);
}

TEST(TaskGraph, KnowsTheKeysOfItsTasks) {
  Loading loading;
  const auto graph = loading.load(
      "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = { s = ['x', 'y'], i = '1..2' }\n[stage.b]\ncommand "
      "= ['tool']\n");
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->stages[0].keys, (std::vector<std::string>{"s", "i"}));
  const auto keys = graph->key_values(2);
  EXPECT_EQ(std::vector<std::string>(keys.begin(), keys.end()), (std::vector<std::string>{"y", "1"}));
  EXPECT_TRUE(graph->key_values(4).empty());
  EXPECT_EQ(graph->stages[1].first_task, 4U);
  EXPECT_EQ(graph->stages[1].task_count, 1U);
  EXPECT_EQ(&graph->stage(4), &graph->stages[1]);
  EXPECT_TRUE(graph->inputs(4).empty());
}

}  // namespace
}  // namespace sluice::workflow
