// Stages that decide over other attempts.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

const std::string producers =
    "[stage.make]\nprogram = 'sluice-make'\noutputs = { events = 'e' }\n"
    "[stage.merge]\nprogram = 'sluice-merge'\nargs = { name = 'n' }\ninputs = { events = ['make.events'] "
    "}\noutputs = { dataset = 'd' }\n";

std::string sweep(const std::string& trials, const std::string& more = "") {
  return "sluice = 1\n[stage.sweep]\nprogram = 'sluice-sweep'\ninputs = { dataset = 'merge.dataset' "
         "}\noutputs = { best = 'b' }\ntrials = " +
         trials + "\n" + more + producers;
}

TEST(Trials, HaveAProgramOfTheirOwn) {
  Loading loading;
  const auto graph =
      loading.load(sweep("{ program = 'sluice-train', inputs = { dataset = 'merge.dataset', config = "
                         "'make.events' }, args = { loss = 'focal' }, parallel = 8,"
                         " executor = 'slurm', resources = { gpus = 1, time = '1 h' }, retry = { attempts = "
                         "2 }, env = { X = '1' } }",
                         "args = { trials = 64 }\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  const TaskIndex owner = *graph->find_task("sweep");
  const Stage& stage = graph->stage(owner);
  ASSERT_TRUE(stage.trials);
  EXPECT_EQ(stage.trials->program.name, "sluice-train");
  EXPECT_EQ(stage.trials->input_names, (std::vector<std::string>{"dataset", "config"}));
  EXPECT_EQ(stage.input_names, (std::vector<std::string>{"dataset", "config"}));
  EXPECT_EQ(stage.trials->parallel, 8);
  EXPECT_EQ(stage.trials->executor, "slurm");
  EXPECT_EQ(stage.executor, "local");
  EXPECT_EQ(stage.trials->resources, (executors::Resources{1, 0, 1, 1, 3600}));
  EXPECT_EQ(stage.trials->retry.attempts, 2);
  EXPECT_EQ(command_line(*graph, "sweep"),
            "/bin/sluice-sweep --input.dataset <d> --output.best >b ~--trials ~64");
  EXPECT_EQ(command_line(*graph, graph->trial_recipe(owner), owner),
            "X=1 /bin/sluice-train --input.dataset <d> --input.config <e> --loss focal");
}

TEST(Trials, RunWhereTheirOwnerRunsUnlessSaid) {
  Loading loading;
  const auto graph = loading.load(
      sweep("{ program = 'sluice-train', inputs = { dataset = 'merge.dataset' } }", "executor = 'slurm'\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(graph->stage(*graph->find_task("sweep")).trials->executor, "slurm");
  EXPECT_EQ(graph->stage(*graph->find_task("sweep")).trials->parallel, 1);
}

TEST(Trials, MayBeAnyCommand) {
  Loading loading;
  const auto graph = loading.load(
      sweep("{ command = ['tool', '{inputs.dataset}'], inputs = { dataset = 'merge.dataset' } }"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  const TaskIndex owner = *graph->find_task("sweep");
  EXPECT_EQ(command_line(*graph, graph->trial_recipe(owner), owner), "/usr/bin/tool <d>");
}

TEST(Trials, AreCheckedLikeStages) {
  const std::string line =
      "  trials = { program = 'sluice-train', args = { los = 'x' }, paralell = 2, pools = ['io'] }\n";
  EXPECT_EQ(
      complaints(sweep("{ program = 'sluice-train', args = { los = 'x' }, paralell = 2, pools = ['io'] }")),
      "/w/flow.toml:6:22: error: 'sluice-train' needs the input 'dataset'\n" + line +
          "                       ^~~~~~~~~~~~~~\n"
          "  the data set\n"
          "/w/flow.toml:6:47: error: 'sluice-train' has no argument 'los'\n" +
          line +
          "                                                ^~~\n"
          "  did you mean 'loss'?\n"
          "/w/flow.toml:6:60: error: unknown key 'paralell' in 'trials'\n" +
          line +
          "                                                             ^~~~~~~~\n"
          "  did you mean 'parallel'?\n"
          "/w/flow.toml:6:74: error: 'trials' take no pools\n" +
          line +
          "                                                                           ^~~~~\n"
          "  'parallel' limits how many run together\n"
          "4 errors\n");
}

TEST(Trials, NeedAnOwnerThatDecides) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\nprogram = 'sluice-make'\noutputs = { events = 'x' }\ntrials = "
                       "{ command = ['tool'] }\n"),
            "/w/flow.toml:5:1: error: 'sluice-make' decides over no trials\n"
            "  trials = { command = ['tool'] }\n"
            "  ^~~~~~\n"
            "  leave 'trials' out\n"
            "1 error\n");
}

TEST(Trials, AnInputOfTheSameNameMayBeAnotherOne) {
  Loading loading;
  const auto graph =
      loading.load(sweep("{ program = 'sluice-train', inputs = { dataset = 'other.dataset' } }",
                         "[stage.other]\nprogram = 'sluice-merge'\nargs = { name = 'o' }\n"
                         "inputs = { events = ['make.events'] }\noutputs = { dataset = 'd2' }\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  const TaskIndex owner = *graph->find_task("sweep");
  EXPECT_EQ(graph->stage(owner).input_names, (std::vector<std::string>{"dataset", "trials.dataset"}));
  EXPECT_EQ(graph->stage(owner).trials->input_names, (std::vector<std::string>{"trials.dataset"}));
  EXPECT_EQ(command_line(*graph, "sweep"), "/bin/sluice-sweep --input.dataset <d> --output.best >b");
  EXPECT_EQ(command_line(*graph, graph->trial_recipe(owner), owner),
            "/bin/sluice-train --input.dataset <d2>");
}

TEST(Trials, HaveAProgramAndRunSomewhere) {
  EXPECT_EQ(complaints(sweep("{ parallel = 0 }")),
            "/w/flow.toml:6:1: error: 'trials' has neither 'program' nor 'command'\n"
            "  trials = { parallel = 0 }\n"
            "  ^~~~~~\n"
            "  program = \"sluice-...\" for a Sluice stage, command = [\"...\"] for any other program\n"
            "/w/flow.toml:6:23: error: 'parallel' has to be from 1 to 1000000, not 0\n"
            "  trials = { parallel = 0 }\n"
            "                        ^\n"
            "2 errors\n");
  EXPECT_EQ(complaints(sweep("5")),
            "/w/flow.toml:6:10: error: 'trials' has to be a table, not an integer\n"
            "  trials = 5\n"
            "           ^\n"
            "1 error\n");
}

}  // namespace
}  // namespace sluice::workflow
