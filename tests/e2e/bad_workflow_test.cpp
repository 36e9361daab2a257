// A wrong workflow file is told where, all at once, and nothing runs.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

TEST(BadWorkflow, ASyntaxErrorIsShownAtItsPlace) {
  Place place;
  place.write_workflow("sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"true\"\noutputs = { o = \"a\" }\n");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.out, "");
  EXPECT_TRUE(holds(answer.err,
                    {"w.toml:5:1: error: not valid TOML", "\n  outputs = { o = \"a\" }\n  ^", "1 error\n"}))
      << answer.err;
  EXPECT_FALSE(place.has(".sluice")) << "a file that can't be read leaves no trace";
}

TEST(BadWorkflow, AllErrorsOfAFileAreShownAtOnce) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[params]
events = 5
[stage.a]
comand = ["true"]
outputs = { o = "a" }
[stage.b]
command = ["cat", "{inputs.x}", "{evnets}"]
inputs = { x = "a.oo" }
outputs = { o = 7 }
resources = { memory = "4 GBB", cpus = "two" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err, place.filled(R"(w.toml:5:8: error: stage 'a' has neither 'program' nor 'command'
  [stage.a]
         ^
  program = "sluice-..." for a Sluice stage, command = ["..."] for any other program
w.toml:6:1: error: unknown key 'comand' in stage 'a'
  comand = ["true"]
  ^~~~~~
  did you mean 'command'?
w.toml:9:34: error: there is no parameter 'evnets'
  command = ["cat", "{inputs.x}", "{evnets}"]
                                   ^~~~~~~~
  did you mean 'events'?
w.toml:10:19: error: stage 'a' has no output 'oo'
  inputs = { x = "a.oo" }
                    ^~
  did you mean 'o'?
w.toml:11:17: error: 'o' has to be a text, not an integer
  outputs = { o = 7 }
                  ^
  the path of the output, relative to the run folder
w.toml:12:24: error: 'memory': '4 GBB' has the unknown unit 'GBB'
  resources = { memory = "4 GBB", cpus = "two" }
                         ^~~~~~~
  units: B, kB, KB, MB, GB, TB, KiB, MiB, GiB, TiB
w.toml:12:40: error: 'cpus' has to be an integer, not a text
  resources = { memory = "4 GBB", cpus = "two" }
                                         ^~~~~
7 errors
sluice: w.toml: nothing was run
  mend what is marked; docs/workflow.md says what may stand there
)"));
}

TEST(BadWorkflow, AMissingWorkflowIsNamed) {
  Place place;
  const Answer answer = place.sluice({"run", "nowhere.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_TRUE(holds(answer.err, {"nowhere.toml: error: can't open it: No such file or directory\n"}))
      << answer.err;
}

TEST(BadWorkflow, AMissingInputFileIsShownWhereItIsNamed) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
command = ["cp", "{inputs.x}", "{outputs.o}"]
inputs = { x = "file:raw/data.txt" }
outputs = { o = "a" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err, place.filled(R"(w.toml:5:16: error: there is no file @/raw/data.txt
  inputs = { x = "file:raw/data.txt" }
                 ^~~~~~~~~~~~~~~~~~~
  'file:' is relative to the workflow file
1 error
sluice: w.toml: nothing was run
  mend what is marked; docs/workflow.md says what may stand there
)"));
}

TEST(BadWorkflow, AnOutputNeverReplacesWhatTheWorkflowReads) {
  Place place;
  place.write("raw/data.txt", "a month of beam time");
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
command = ["cp", "{inputs.x}", "{outputs.o}"]
inputs = { x = "file:raw/data.txt" }
outputs = { o = "raw" }
[stage.b]
command = ["touch", "{outputs.o}"]
outputs = { o = "w.toml" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err,
            place.filled(
                R"(w.toml:6:13: error: the output 'raw' would replace @/raw/data.txt, which the workflow reads
  outputs = { o = "raw" }
              ^
  name another path, or another run folder with --dir
w.toml:9:13: error: the output 'w.toml' would replace @/w.toml, which the workflow reads
  outputs = { o = "w.toml" }
              ^
  name another path, or another run folder with --dir
2 errors
sluice: w.toml: nothing was run
  mend what is marked; docs/workflow.md says what may stand there
)"));
  EXPECT_EQ(place.read("raw/data.txt"), "a month of beam time");
  EXPECT_EQ(place.sluice({"run", "w.toml", "--dir", "elsewhere"}).code, 0);
}

TEST(BadWorkflow, ACycleIsShownAsItsPath) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
command = ["cp", "{inputs.x}", "{outputs.o}"]
inputs = { x = "b.o" }
outputs = { o = "a" }
[stage.b]
command = ["cp", "{inputs.x}", "{outputs.o}"]
inputs = { x = "a.o" }
outputs = { o = "b" }
)");
  const Answer answer = place.sluice({"plan", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err,
            place.filled(R"(w.toml:9:16: error: stages wait for each other in a circle: a.o -> b.o -> a
  inputs = { x = "a.o" }
                 ^~~~~
1 error
sluice: w.toml: nothing was run
  mend what is marked; docs/workflow.md says what may stand there
)"));
}

TEST(BadWorkflow, ArgumentsOfAStageAreCheckedBeforeAnythingRuns) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
command = ["sh", "-c", "echo a >> @/ledger; touch {outputs.o}"]
outputs = { o = "a" }
[stage.decay]
program = "sluice-hello-decay"
args = { muon = 5, seed = "one" }
outputs = { decays = "decays.csv" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err, place.filled(R"(w.toml:8:10: error: 'sluice-hello-decay' has no argument 'muon'
  args = { muon = 5, seed = "one" }
           ^~~~
  did you mean 'muons'?
w.toml:8:27: error: 'seed' has to be an integer, not a text: 'one'
  args = { muon = 5, seed = "one" }
                            ^~~~~
2 errors
sluice: w.toml: nothing was run
  mend what is marked; docs/workflow.md says what may stand there
)"));
  EXPECT_EQ(place.ledger(), "");
}

TEST(BadWorkflow, MoreThanTheMachineHasIsAnErrorNotAWait) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
command = ["touch", "{outputs.o}"]
outputs = { o = "a" }
resources = { memory = "900 TB" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err,
            "sluice: stage 'a' asks for 900 TB of memory, which the executor 'local' does not have\n"
            "  ask for less in its `resources`, or run it elsewhere with `executor = \"…\"`\n");
}

TEST(BadCommandLine, SaysWhatWasProbablyMeant) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[params]
events = 5
[stage.simulate]
command = ["sh", "-c", "echo {events} > {outputs.o}"]
outputs = { o = "a" }
)");
  const auto answer = [&](const std::vector<std::string>& words) {
    const Answer said = place.sluice(words);
    return std::to_string(said.code) + " " + said.err;
  };
  EXPECT_EQ(answer({"rnu", "w.toml"}), "64 sluice: there is no verb 'rnu'\n  did you mean 'run'?\n");
  EXPECT_EQ(answer({"run", "w.toml", "--froce", "simulate"}),
            "64 sluice: sluice run: unknown option '--froce'\n  did you mean '--force'?\n");
  EXPECT_EQ(answer({"run", "w.toml", "--only", "simulte"}),
            "64 sluice: --only: no stage and no task is called 'simulte'\n  did you mean 'simulate'?\n");
  EXPECT_TRUE(holds(answer({"run", "w.toml", "--set", "evens=4"}),
                    {"65 --set: error: the workflow has no parameter 'evens'\n  evens=4\n  ^~~~~\n  did "
                     "you mean 'events'?\n"}));
  EXPECT_TRUE(holds(answer({"run", "w.toml", "--set", "events=many"}),
                    {"65 --set: error: 'many' is not an integer\n  events=many\n         ^~~~\n"}));
  EXPECT_EQ(answer({"run", "w.toml", "-j", "many"}),
            "64 sluice: sluice run: --jobs takes a whole number, not 'many'\n  see: sluice help run\n");
}

TEST(BadCommandLine, WithoutAWorkflowInAFolderThatWasNeverUsed) {
  Place place;
  for (const std::string verb : {"run", "plan"}) {
    const Answer answer = place.sluice({verb});
    EXPECT_EQ(answer.code, 64);
    EXPECT_EQ(answer.err,
              "sluice: which workflow?\n  name its file, as in `sluice run workflows/hello.toml`\n");
  }
  for (const std::string verb : {"clean", "cancel"}) {
    const Answer answer = place.sluice({verb});
    EXPECT_EQ(answer.code, 64);
    EXPECT_EQ(answer.err,
              "sluice: " + place.path() + ": nothing was ever run here\n  name the run folder with --dir\n");
  }
}

}  // namespace
}  // namespace sluice::tests
