// The whole pipeline as one workflow: simulation, import, a data set, a sweep over trainings, a training.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

const char* const pipeline = R"(
sluice = 1
name = "mlpf-clic"

[params]
events  = 200
samples = ["ee_qq_380", "ee_ttbar_380"]

[stage.simulate]
program = "sluice-simulate"
each    = { sample = "{samples}", shard = "1..4" }            # 2 x 4 tasks
args    = { detector = "clic", process = "{sample}", events = "{events}", seed = "{shard}" }
outputs = { events = "sim/{sample}/{shard}.root" }
resources = { cpus = 1, memory = "1 GB", time = "10 min" }

[stage.import]
program = "sluice-import"
each    = "simulate"
inputs  = { events = "simulate.events" }
outputs = { events = "events/{sample}/{shard}.h5" }

[stage.preprocess]
program = "sluice-preprocess"
inputs  = { events = "import.events" }
outputs = { dataset = "dataset" }

[stage.sweep]
program = "sluice-sweep"
inputs  = { dataset = "preprocess.dataset", study = "file:studies/clic-gnn.toml" }
args    = { trials = 64 }
outputs = { best = "sweep/best.toml", trials = "sweep/trials.csv" }
trials  = { program = "sluice-train", inputs = { dataset = "preprocess.dataset" }, args = { loss = "focal" }, parallel = 8,
            executor = "slurm", resources = { gpus = 1, time = "1 h" } }

[stage.train]
program = "sluice-train"
inputs  = { dataset = "preprocess.dataset", config = "sweep.best" }
outputs = { model = "model" }
resources = { ranks = 4, gpus = 4, time = "12 h" }
retry   = { attempts = 3, memory = "x2 on out-of-memory", time = "x1.5 on timeout" }

[executor.slurm]
partition = "gpu"
account   = "proj42"
)";

std::string stage(const std::string& name, const std::string& parameters, const std::string& inputs,
                  const std::string& outputs, const std::string& more = "") {
  return R"({"sluice_stage": 1, "name": ")" + name +
         R"(", "version": "0.1.0", "results_version": "1", "parameters": [)" + parameters +
         R"(], "inputs": [)" + inputs + R"(], "outputs": [)" + outputs + "]" + more + "}";
}

TEST(Pipeline, IsUnderstoodWhole) {
  Loading loading;
  const std::string dataset = R"({"name": "dataset", "kind": "folder"})";
  loading.disk.put("/data/detectors/clic.toml", "");
  loading.disk.put("/w/studies/clic-gnn.toml", "");
  loading.program(
      "sluice-simulate",
      stage("sluice-simulate",
            R"({"name": "detector", "type": "string", "data": {"folder": "detectors", "suffix": ".toml"}},
                                              {"name": "process", "type": "choice", "choices": ["ee_qq_380", "ee_ttbar_380"]},
                                              {"name": "events", "type": "int", "min": 1}, {"name": "seed", "type": "int"})",
            "", R"({"name": "events", "kind": "file"})"));
  loading.program("sluice-import", stage("sluice-import", "", R"({"name": "events", "kind": "file"})",
                                         R"({"name": "events", "kind": "file"})"));
  loading.program("sluice-preprocess", stage("sluice-preprocess", "",
                                             R"({"name": "events", "kind": "file", "list": true})", dataset));
  loading.program("sluice-sweep",
                  stage("sluice-sweep", R"({"name": "trials", "type": "int", "extending": true})",
                        dataset + R"(, {"name": "study", "kind": "file"})",
                        R"({"name": "best", "kind": "file"}, {"name": "trials", "kind": "file"})",
                        R"(, "coordinator": true)"));
  const auto graph = loading.load(pipeline);
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(loading.diagnostics.all().size(), 1U);
  EXPECT_EQ(loading.diagnostics.all()[0].message, "'memory' has nothing to multiply, so it changes nothing");
  EXPECT_EQ(graph->task_count(), 19U);
  EXPECT_EQ(
      command_line(*graph, "simulate[sample=ee_ttbar_380,shard=3]"),
      "/bin/sluice-simulate --output.events >sim/ee_ttbar_380/3.root --detector @/data/detectors/clic.toml"
      " --process ee_ttbar_380 --events 200 --seed 3");
  EXPECT_EQ(command_line(*graph, "sweep"),
            "/bin/sluice-sweep --input.dataset <dataset> --input.study </w/studies/clic-gnn.toml> "
            "--output.best >sweep/best.toml"
            " --output.trials >sweep/trials.csv ~--trials ~64");
  EXPECT_EQ(
      command_line(*graph, "train"),
      "/bin/sluice-train --input.dataset <dataset> --input.config <sweep/best.toml> --output.model >model");
  const TaskIndex sweep = *graph->find_task("sweep");
  EXPECT_EQ(command_line(*graph, graph->trial_recipe(sweep), sweep),
            "/bin/sluice-train --input.dataset <dataset> --loss focal");
  EXPECT_EQ(graph->stage(sweep).trials->executor, "slurm");
  EXPECT_EQ(graph->stage(*graph->find_task("train")).resources, (executors::Resources{4, 0, 4, 4, 43200}));
  EXPECT_EQ(*graph->executors[0].find("account"), "proj42");
}

}  // namespace
}  // namespace sluice::workflow
