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

}  // namespace
}  // namespace sluice::workflow
