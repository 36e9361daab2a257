#include "engine/plan/plan.h"

#include <gtest/gtest.h>

#include "tests/engine/plan/plan_world.h"

namespace sluice::plan {
namespace {

/// Two simulations, converted one by one, gathered in one data set.
constexpr const char* chain = R"(
sluice = 1
[params]
events = 10
[stage.simulate]
program = "sluice-make"
each    = { shard = "1..2" }
args    = { label = "{shard}", events = "{events}" }
outputs = { events = "sim/{shard}.root" }
[stage.import]
program = "sluice-copy"
each    = "simulate"
inputs  = { from = "simulate.events" }
outputs = { to = "events/{shard}.h5" }
[stage.merge]
program = "sluice-merge"
inputs  = { events = "import.to" }
args    = { name = "all" }
outputs = { dataset = "dataset" }
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no " + from);
  return text.replace(at, from.size(), to);
}

class PlanOfAChain : public ::testing::Test, public PlanWorld {
 protected:
  void SetUp() override {
    load(chain);
    ASSERT_EQ(run(), "simulate[shard=1] simulate[shard=2] import[shard=1] import[shard=2] merge");
  }
  void change_workflow(const std::string& from, const std::string& to) { load(replaced(chain, from, to)); }
};

TEST(PlanOfANewWorkflow, RunsEverything) {
  PlanWorld world;
  world.load(chain);
  EXPECT_EQ(
      world.decisions(),
      "simulate[shard=1] run, simulate[shard=2] run, import[shard=1] run, import[shard=2] run, merge run");
  EXPECT_EQ(world.explain("merge"), "merge runs: it never ran\n");
  const auto counts = world.plan()->counts();
  EXPECT_EQ(counts.run, 5U);
  EXPECT_EQ(counts.up_to_date + counts.maybe + counts.kept + counts.excluded, 0U);
}

TEST_F(PlanOfAChain, WhereNothingChangedDoesNothing) {
  EXPECT_EQ(run(), "");
  EXPECT_EQ(plan()->counts().up_to_date, 5U);
  EXPECT_EQ(explain("merge"), "merge is up to date\n");
}

TEST_F(PlanOfAChain, AChangedArgumentRunsItsTaskAndMaybeWhatFollows) {
  change_workflow("events = 10", "events = 20");
  EXPECT_EQ(decisions(),
            "simulate[shard=1] run, simulate[shard=2] run, import[shard=1] maybe, import[shard=2] maybe, "
            "merge maybe");
  EXPECT_EQ(explain("simulate[shard=1]"),
            "simulate[shard=1] runs: argument changed: --events 10 -> --events 20\n"
            "  - --events 10\n"
            "  + --events 20\n");
  EXPECT_EQ(explain("merge"), "merge may run: it depends on import[shard=1], which runs first\n");
}

TEST_F(PlanOfAChain, WorkThatGivesTheSameResultStopsThere) {
  writes["sim/1.root"] = "the same";
  writes["sim/2.root"] = "as ever";
  change_workflow("events = 10", "events = 20");
  ASSERT_EQ(run(), "simulate[shard=1] simulate[shard=2] import[shard=1] import[shard=2] merge");
  change_workflow("events = 10", "events = 30");
  EXPECT_EQ(run(), "simulate[shard=1] simulate[shard=2]");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, WorkThatWasUndoneIsNotDoneAgain) {
  change_workflow("events = 10", "events = 20");
  EXPECT_NE(decisions().find("run"), std::string::npos);
  load(chain);
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, AnotherResourceIsNoReason) {
  change_workflow("outputs = { dataset", "resources = { cpus = 7, memory = \"9 GB\" }\noutputs = { dataset");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, ARebuiltProgramWithTheSameResultsVersionIsNoReasonButIsMentioned) {
  disk.put("/bin/sluice-copy", "another build", true);
  auto& description = loading.descriptions["/bin/sluice-copy"];
  description = replaced(description, R"("version": "1")", R"("version": "2")");
  load(chain);
  EXPECT_EQ(explain("import[shard=1]"),
            "import[shard=1] is up to date\n"
            "  # sluice-copy is now version 2 (was 1); its results version decides whether that counts\n");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, AnotherResultsVersionIsAReason) {
  auto& description = loading.descriptions["/bin/sluice-copy"];
  description = replaced(description, R"("results_version": "1")", R"("results_version": "2")");
  load(chain);
  EXPECT_EQ(explain("import[shard=1]"),
            "import[shard=1] runs: program changed: sluice-copy results 1 -> sluice-copy results 2\n"
            "  - program sluice-copy results 1\n"
            "  + program sluice-copy results 2\n");
}

TEST_F(PlanOfAChain, ATaskMoreInAFanOutRunsAloneAndChangesTheGather) {
  change_workflow("1..2", "1..3");
  EXPECT_EQ(run(), "simulate[shard=3] import[shard=3] merge");
}

TEST_F(PlanOfAChain, ATaskLessInAFanOutChangesTheGather) {
  change_workflow("1..2", "1..1");
  EXPECT_EQ(run(), "merge");
  load(chain);
  EXPECT_EQ(run(), "merge") << "the results of the others are still known";
}

// ---- outputs ----

TEST_F(PlanOfAChain, AMissingOutputIsMadeAgainAndWhatFollowsIsNot) {
  ASSERT_TRUE(disk.remove_tree("/run/events/1.h5"));
  EXPECT_EQ(explain("import[shard=1]"), "import[shard=1] runs: output is missing: events/1.h5\n");
  EXPECT_EQ(
      decisions(),
      "simulate[shard=1] up-to-date, simulate[shard=2] up-to-date, import[shard=1] run, import[shard=2] "
      "up-to-date, merge maybe");
  EXPECT_EQ(run(), "import[shard=1]");
}

TEST_F(PlanOfAChain, AnOutputChangedByHandIsMadeAgain) {
  disk.put("/run/events/1.h5", "tampered");
  EXPECT_EQ(explain("import[shard=1]"), "import[shard=1] runs: output was changed by hand: events/1.h5\n");
  EXPECT_EQ(run(), "import[shard=1]");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, AnOutputOfTheSameSizeThatWasChangedByHandIsNoticed) {
  disk.put("/run/events/1.h5", std::string(disk.read("/run/events/1.h5")->size(), 'x'));
  EXPECT_EQ(run(), "import[shard=1]");
}

TEST_F(PlanOfAChain, AnOutputThatWasOnlyTouchedOrCopiedIsBelieved) {
  disk.put("/run/events/1.h5", *disk.read("/run/events/1.h5"));  // another inode, another time
  EXPECT_EQ(run(), "");
  std::uint64_t remembered = 0;
  ASSERT_TRUE(store().load_tasks([&](const store::Task& row) {
    if (row.name == "import[shard=1]") remembered = row.artifacts[0].content.signature;
  }));
  EXPECT_EQ(remembered, survey(disk, "/run/events/1.h5")->signature) << "so that nobody has to read it again";
}

TEST_F(PlanOfAChain, AnOutputThatHasBecomeAFolderIsMadeAgain) {
  ASSERT_TRUE(disk.remove_tree("/run/events/1.h5"));
  ASSERT_TRUE(disk.make_folders("/run/events/1.h5"));
  EXPECT_EQ(explain("import[shard=1]"), "import[shard=1] runs: output was changed by hand: events/1.h5\n");
}

TEST_F(PlanOfAChain, AnOutputWithAnotherPathIsLookedForThere) {
  change_workflow("events/{shard}.h5", "converted/{shard}.h5");
  EXPECT_EQ(explain("import[shard=2]"), "import[shard=2] runs: output is missing: converted/2.h5\n");
  ASSERT_TRUE(disk.make_folders("/run/converted"));
  ASSERT_TRUE(disk.rename("/run/events/1.h5", "/run/converted/1.h5"));
  ASSERT_TRUE(disk.rename("/run/events/2.h5", "/run/converted/2.h5"));
  EXPECT_EQ(run(), "") << "whoever moves the files along need not wait for them";
  EXPECT_EQ(run(), "");
}

TEST_F(PlanOfAChain, AnAddedOutputIsMade) {
  change_workflow("outputs = { events = \"sim/{shard}.root\" }",
                  "outputs = { events = \"sim/{shard}.root\", log = \"sim/{shard}.log\" }");
  EXPECT_EQ(explain("simulate[shard=1]"),
            "simulate[shard=1] runs: output log is new\n"
            "  + --output.log {>log}\n");
}

// ---- what went wrong last time ----

TEST(PlanAfterAFailure, SaysHowItFailed) {
  PlanWorld world;
  world.load(chain);
  world.failing = {"import[shard=1]"};
  EXPECT_EQ(world.run(), "simulate[shard=1] simulate[shard=2] import[shard=1] import[shard=2] merge");
  EXPECT_EQ(world.explain("import[shard=1]"), "import[shard=1] runs: its last attempt failed: exit code 1\n");
  world.failing = {};
  EXPECT_EQ(world.run(), "import[shard=1] merge");
}

TEST_F(PlanOfAChain, AFailureAfterAChangeShowsBoth) {
  failing = {"merge"};
  change_workflow("name = \"all\"", "name = \"most\"");
  EXPECT_EQ(run(), "merge");
  EXPECT_EQ(explain("merge"),
            "merge runs: argument changed: --name all -> --name most\n"
            "  and its last attempt failed: exit code 1\n"
            "  - --name all\n"
            "  + --name most\n");
  load(chain);
  EXPECT_EQ(run(), "") << "back to what succeeded: its result is still there";
}

TEST(PlanAfterAnInterruption, SaysSo) {
  PlanWorld world;
  world.load(chain);
  store::Transaction transaction(world.store());
  store::NewAttempt attempt;
  attempt.task = transaction.task("merge");
  attempt.number = 4;
  transaction.submitting(attempt);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(world.explain("merge"), "merge runs: it was interrupted\n");
  EXPECT_EQ(world.plan()->attempts(world.task("merge")), 4);
  EXPECT_NE(world.plan()->id(world.task("merge")), 0);
  EXPECT_EQ(world.plan()->id(world.task("simulate[shard=1]")), 0);
}

TEST_F(PlanOfAChain, TasksThatAreNoLongerInTheWorkflowAreIgnored) {
  load(R"(
sluice = 1
[stage.other]
command = ["tool", "{outputs.x}"]
outputs = { x = "other" }
)");
  EXPECT_EQ(decisions(), "other run");
}

// ---- a part of the workflow ----

TEST_F(PlanOfAChain, ForceRunsAgainWhatIsUpToDateAndAfterThatContentDecides) {
  const Selection force{{}, {}, {}, {"simulate"}};
  EXPECT_EQ(explain("simulate[shard=1]", force), "simulate[shard=1] runs: forced\n");
  EXPECT_TRUE(plan(force)->fresh(task("simulate[shard=1]")));
  EXPECT_FALSE(plan(force)->fresh(task("merge")));
  EXPECT_EQ(run(force), "simulate[shard=1] simulate[shard=2]");
}

TEST_F(PlanOfAChain, FromRunsAgainAndKeepsStateFolders) {
  const Selection from{{}, {"import[shard=1]"}, {}, {}};
  EXPECT_EQ(decisions(from),
            "simulate[shard=1] kept, simulate[shard=2] kept, import[shard=1] run, import[shard=2] kept, "
            "merge maybe");
  EXPECT_FALSE(plan(from)->fresh(task("import[shard=1]")));
  EXPECT_EQ(run(from), "import[shard=1]");
}

TEST_F(PlanOfAChain, OnlyUsesWhatIsThereThoughItIsOutdated) {
  load(replaced(replaced(chain, "events = 10", "events = 20"), "name = \"all\"", "name = \"most\""));
  const Selection only{{"merge"}, {}, {}, {}};
  EXPECT_EQ(decisions(only),
            "simulate[shard=1] kept, simulate[shard=2] kept, import[shard=1] kept, import[shard=2] kept, "
            "merge run");
  EXPECT_EQ(run(only), "merge");
  EXPECT_EQ(run(only), "");
}

TEST_F(PlanOfAChain, OnlyNeedsWhatItReads) {
  ASSERT_TRUE(disk.remove_tree("/run/events/2.h5"));
  EXPECT_EQ(decisions({{"merge"}, {}, {}, {}}),
            "simulate[shard=1] kept, simulate[shard=2] kept, import[shard=1] kept, import[shard=2] excluded, "
            "merge up-to-date")
      << "nothing changed: its inputs are not needed";
  change_workflow("name = \"all\"", "name = \"most\"");
  EXPECT_EQ(complaint({{"merge"}, {}, {}, {}}),
            "/w/flow.toml: what is selected needs results that are not there, and that were left out:\n"
            "    merge needs the result of import[shard=2]\n"
            "  run those first, or take back --only, --from or --until");
}

TEST_F(PlanOfAChain, UntilLeavesOutWhatFollows) {
  change_workflow("events = 10", "events = 20");
  EXPECT_EQ(decisions({{}, {}, {"import[shard=1]"}, {}}),
            "simulate[shard=1] run, simulate[shard=2] kept, import[shard=1] maybe, import[shard=2] kept, "
            "merge kept");
}

TEST_F(PlanOfAChain, AnUnknownNameIsAnErrorBeforeAnythingElse) {
  EXPECT_EQ(complaint({{"mrege"}, {}, {}, {}}),
            "--only: no stage and no task is called 'mrege'\n  did you mean 'merge'?");
}

// ---- with several threads ----

TEST(PlanWithThreads, ComesToTheSameDecisions) {
  PlanWorld world;
  world.load(replaced(chain, "1..2", "1..3000"));
  world.run();
  for (int i = 7; i < 3000; i += 500) {
    ASSERT_TRUE(world.disk.remove_tree("/run/events/" + std::to_string(i) + ".h5"));
    world.disk.put("/run/sim/" + std::to_string(i + 1) + ".root", "tampered");
    world.disk.put("/run/sim/" + std::to_string(i + 2) + ".root",
                   *world.disk.read("/run/sim/" + std::to_string(i + 2) + ".root"));
  }
  const auto alone = world.try_plan({}, 1);
  const auto together = world.try_plan({}, 4);
  ASSERT_TRUE(alone && together);
  for (TaskIndex t = 0; t < world.graph().task_count(); ++t)
    ASSERT_EQ((*alone)->decision(t), (*together)->decision(t)) << world.graph().names[t];
  EXPECT_EQ((*together)->counts().run, 12U);
}

}  // namespace
}  // namespace sluice::plan
