// Kills and interruptions at any moment: nothing that was finished is lost, nothing runs twice, nobody has to
// unlock.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

/// first -> wait (until the test says go; stops on TERM) -> last
constexpr const char* chain = R"(sluice = 1
name = "t"
[stage.first]
command = ["sh", "-c", 'echo first >> @/ledger; echo 1 > "$1"', "first", "{outputs.o}"]
outputs = { o = "out/first" }
[stage.wait]
command = ["sh", "-c", 'echo wait >> @/ledger; until [ -e @/go ]; do sleep 0.02; done; cat "$1" > "$2"', "wait", "{inputs.f}", "{outputs.o}"]
inputs = { f = "first.o" }
outputs = { o = "out/wait" }
[stage.last]
command = ["sh", "-c", 'echo last >> @/ledger; cat "$1" > "$2"', "last", "{inputs.w}", "{outputs.o}"]
inputs = { w = "wait.o" }
outputs = { o = "out/last" }
)";

class Interruption : public testing::Test {
 protected:
  Interruption() { place.write_workflow(chain); }
  std::unique_ptr<AtWork> start_and_wait_for_wait() {
    auto sluice = place.start({"run", "w.toml"});
    EXPECT_TRUE(place.eventually_ran("wait")) << sluice->err();
    return sluice;
  }
  Answer run_to_the_end() {
    place.go();
    Answer answer = place.sluice({"run"});
    EXPECT_EQ(answer.code, 0) << answer.err;
    EXPECT_EQ(place.read("out/last"), "1\n");
    return answer;
  }
  Place place;
};

TEST_F(Interruption, ASecondDriverIsRefusedAndTheFirstGoesOn) {
  auto first = start_and_wait_for_wait();
  const Answer second = place.sluice({"run", "w.toml"});
  EXPECT_EQ(second.code, 74);
  EXPECT_TRUE(holds(second.err,
                    {"sluice: " + place.path() + ": a sluice run is at work here: ", " pid ", ", heartbeat ",
                     " ago\n  follow it with: sluice status; or stop it with Ctrl-C where it runs\n"}))
      << second.err;
  place.go();
  EXPECT_EQ(first->wait().code, 0);
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

TEST_F(Interruption, PlanAndExplainLookOnWhileADriverIsAtWork) {
  auto driver = start_and_wait_for_wait();
  EXPECT_EQ(place.sluice({"plan"}).code, 0);
  EXPECT_EQ(place.sluice({"explain", "last"}).code, 0);
  EXPECT_EQ(place.sluice({"clean", "--all"}).code, 74);
  place.go();
  EXPECT_EQ(driver->wait().code, 0);
}

TEST_F(Interruption, AfterAKilledDriverTheNextOneAdoptsWhatRuns) {
  start_and_wait_for_wait()->signal(SIGKILL);
  EXPECT_EQ(place.tasks_at_work().empty(), false) << "the task has outlived its driver";
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

TEST_F(Interruption, WhatEndsWhileNobodyLooksIsFoundToHaveEnded) {
  {
    auto driver = start_and_wait_for_wait();
    driver->signal(SIGKILL);
    driver->wait();
  }
  place.go();
  ASSERT_TRUE(eventually([&] { return place.tasks_at_work().empty(); }));
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

TEST_F(Interruption, ATaskWhoseRunnerIsKilledRunsAgainAndPaysNothing) {
  auto driver = start_and_wait_for_wait();
  for (const pid_t runner : place.runners_at_work()) ::kill(runner, SIGKILL);
  ASSERT_TRUE(eventually([&] { return place.ran("wait") == 2; })) << driver->err();
  place.go();
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.ledger(), "first\nwait\nwait\nlast\n");
  EXPECT_EQ(place.read("out/last"), "1\n");
}

TEST_F(Interruption, AKilledDriverAndAKilledRunnerTogether) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGKILL);
  for (const pid_t runner : place.runners_at_work()) ::kill(runner, SIGKILL);
  driver->wait();
  run_to_the_end();
  EXPECT_EQ(place.ran("first"), 1);
  EXPECT_EQ(place.ran("last"), 1);
}

TEST_F(Interruption, OneCtrlCLetsWhatRunsEnd) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return driver->err().find("stopping") != std::string::npos; }));
  place.go();
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 75) << answer.err;
  EXPECT_EQ(place.ledger(), "first\nwait\n");
  EXPECT_TRUE(place.has("out/wait")) << "what has ended in the meantime counts";
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

TEST_F(Interruption, TwoCtrlCCancelWhatRuns) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return driver->err().find("stopping") != std::string::npos; }));
  driver->signal(SIGINT);
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 130) << answer.err;
  EXPECT_TRUE(place.tasks_at_work().empty());
  EXPECT_EQ(place.ledger(), "first\nwait\n");
  EXPECT_EQ(place.sluice({"plan"}).out,
            "run  wait: it was interrupted\nrun  last: it never ran\n"
            "3 tasks: 2 to run, 0 to decide when their inputs are there, 1 up to date\n");
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nwait\nlast\n");
}

TEST_F(Interruption, ATaskThatIgnoresTermIsKilledByTheThirdCtrlC) {
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.stubborn]
command = ["sh", "-c", 'trap "" TERM INT HUP; echo stubborn >> @/ledger; while :; do sleep 0.05; done', "s", "{outputs.o}"]
outputs = { o = "out" }
)");
  auto driver = place.start({"run", "w.toml"});
  ASSERT_TRUE(place.eventually_ran("stubborn"));
  driver->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return driver->err().find("stopping") != std::string::npos; }));
  driver->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return driver->err().find("cancelling") != std::string::npos; }));
  EXPECT_FALSE(place.tasks_at_work().empty());
  driver->signal(SIGINT);
  EXPECT_EQ(driver->wait().code, 130);
  EXPECT_TRUE(place.tasks_at_work().empty());
}

TEST_F(Interruption, AClosedTerminalLeavesTheRunToItselfAndCancelStopsIt) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGHUP);
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 75);
  EXPECT_TRUE(holds(answer.err, {"detached; what runs goes on, `sluice run` finds it again\n"}))
      << answer.err;
  EXPECT_FALSE(place.tasks_at_work().empty());
  const Answer cancelled = place.sluice({"cancel"});
  EXPECT_EQ(cancelled.code, 0) << cancelled.err;
  EXPECT_TRUE(holds(cancelled.out, {"cancelled 1 attempt\n"})) << cancelled.out;
  EXPECT_TRUE(place.tasks_at_work().empty());
  EXPECT_EQ(place.sluice({"cancel"}).out, "nothing is running\n");
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nwait\nlast\n");
}

TEST_F(Interruption, ADetachedRunGoesOnWithTheNextRun) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGTERM);
  EXPECT_EQ(driver->wait().code, 75);
  run_to_the_end();
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

TEST_F(Interruption, CancelTellsALivingDriver) {
  auto driver = start_and_wait_for_wait();
  const Answer told = place.sluice({"cancel"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(holds(told.out, {"told the driver (", ") to cancel the run\n"})) << told.out;
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 130) << answer.err;
  EXPECT_TRUE(place.tasks_at_work().empty());
}

TEST_F(Interruption, CancelOfOneTaskLeavesTheOthersAlone) {
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.wait]
each = { k = ["good", "bad"] }
command = ["sh", "-c", 'echo $0 >> @/ledger; until [ -e @/go ]; do sleep 0.02; done; echo $0 > "$1"', "{k}", "{outputs.o}"]
outputs = { o = "out/{k}" }
)");
  auto driver = place.start({"run", "w.toml", "-j", "2"});
  ASSERT_TRUE(place.eventually_ran("good") && place.eventually_ran("bad"));
  const Answer mistyped = place.sluice({"cancel", "wiat[k=bad]"});
  EXPECT_EQ(mistyped.code, 64);
  EXPECT_EQ(mistyped.err, "sluice: no stage and no task is called 'wiat[k=bad]'\n  did you mean 'wait'?\n");
  EXPECT_EQ(place.sluice({"cancel", "wait[k=bad]"}).code, 0);
  ASSERT_TRUE(eventually([&] { return driver->err().find("wait[k=bad] cancelled") != std::string::npos; }))
      << driver->err();
  place.go();
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_TRUE(place.has("out/good"));
  EXPECT_FALSE(place.has("out/bad"));
}

TEST_F(Interruption, AnAttemptThatIsNoLongerWantedIsStoppedAndItsSuccessorStarted) {
  auto driver = start_and_wait_for_wait();
  driver->signal(SIGKILL);
  driver->wait();
  std::string changed = chain;
  changed.replace(changed.find("echo wait"), 9, "echo other");
  place.write_workflow(changed);
  auto next = place.start({"run"});
  ASSERT_TRUE(place.eventually_ran("other")) << next->err();
  place.go();
  EXPECT_EQ(next->wait().code, 0);
  EXPECT_TRUE(place.tasks_at_work().empty());
  EXPECT_EQ(place.ledger(), "first\nwait\nother\nlast\n");
}

TEST_F(Interruption, ADriverWithoutStandardInputAndOutputRunsTheSameTasks) {
  place.go();
  const std::string typed =
      std::string("cd ") + place.path() + " && exec " + SLUICE_BIN_DIR + "/sluice run w.toml";
  ChildProcess closed({"/bin/sh", "-c", typed + " <&- >&- 2>&-"}, {"PATH=/usr/bin:/bin"});
  EXPECT_EQ(closed.wait(), 0);
  EXPECT_EQ(place.read("out/last"), "1\n");
  EXPECT_EQ(place.ledger(), "first\nwait\nlast\n");
}

}  // namespace
}  // namespace sluice::tests
