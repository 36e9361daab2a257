// What a sweep makes of what becomes of its trials.
#include "stages/sweep/drive.h"

#include "tests/stages/sweep/drive/fixture.h"

namespace sluice::sweep {
namespace {

std::string study(const std::string& schedule, const std::string& more = "") {
  return "trials = 9\nparallel = 3\nseed = 4\n" + more +
         "[search]\nmethod = \"random\"\n[schedule]\nmethod = \"" + schedule +
         "\"\nmost = 9\n[space]\nlr = { float = [1e-4, 1], log = true }\n";
}

Finish run(StudyPlace& place, FakeEngine& engine) {
  const auto finished = place.live(engine);
  EXPECT_TRUE(finished && *finished) << to_string((*finished).error());
  return **finished;
}

TEST(Drive, AsksForAllThatMayRunAtOnce) {
  StudyPlace place(study("asha"));
  FakeEngine engine(place.path(), 1, false);
  EXPECT_EQ(run(place, engine), Finish::done);
  EXPECT_EQ(engine.scans.at(0), "0.1 1.1 2.1");
  EXPECT_TRUE(engine.complaints.empty());
}

TEST(Drive, APromotedTrialGoesOnFromItsCheckpoint) {
  StudyPlace place(study("asha"));
  FakeEngine engine(place.path(), 1, false);
  run(place, engine);
  for (const auto& [what, times] : engine.trained)
    EXPECT_EQ(times, 1) << "trial " << what.first << " step " << what.second;
  EXPECT_EQ(place.study().best()->measures.back().step, 9);
}

TEST(Drive, OnlyTheBestKeepTheirCheckpointsInTheEnd) {
  StudyPlace place(study("asha", "keep = 2\n"));
  FakeEngine engine(place.path(), 1, false);
  run(place, engine);
  const auto kept = place.trials_with_checkpoints();
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_TRUE(std::count(kept.begin(), kept.end(), place.study().best()->trial));
}

TEST(Drive, ALiveTrialIsStoppedWhereItsScheduleEndsItAndNotBegunTwice) {
  StudyPlace place(study("stopping"));
  FakeEngine engine(place.path(), 1, false);
  EXPECT_EQ(run(place, engine), Finish::done);
  std::map<std::int64_t, std::int64_t> reached;
  for (const auto& [what, times] : engine.trained) {
    EXPECT_EQ(times, 1);
    reached[what.first] = std::max(reached[what.first], what.second);
  }
  EXPECT_EQ(reached.size(), 9U);
  int to_the_end = 0;
  for (const auto& [trial, step] : reached) to_the_end += step == 9 ? 1 : 0;
  EXPECT_LT(to_the_end, 6) << "some were stopped on the way";
  for (const std::string& came : engine.scans) EXPECT_EQ(came.find(".2"), std::string::npos) << came;
  for (const auto& trial : place.study().trials()) EXPECT_NE(trial.state, hpo::TrialState::lost);
}

TEST(Drive, WhatMachinesLostIsTriedAgainAndNotHeldAgainstTheTrial) {
  StudyPlace place(study("full", ""));
  FakeEngine engine(place.path(), 1, false);
  engine.outcomes[1] = "infrastructure";
  run(place, engine);
  EXPECT_EQ(place.study().runs(1), 6) << "five other runs";
  EXPECT_EQ(place.study().trials()[1].state, hpo::TrialState::lost);
  EXPECT_EQ(place.study().results()[1]->why, "infrastructure");
}

TEST(Drive, WhoeverWasKilledByAStrangerGoesOn) {
  StudyPlace place(study("asha"));
  FakeEngine engine(place.path(), 1, false);
  engine.outcomes[1] = "killed";
  engine.failing_runs = 2;
  run(place, engine);
  EXPECT_EQ(place.study().works()[1].run, 3);
  EXPECT_FALSE(place.study().trials()[1].measures.empty());
}

TEST(Drive, OutOfMemoryIsTheConfigurationsFault) {
  StudyPlace place(study("asha"));
  FakeEngine engine(place.path(), 1, false);
  engine.outcomes[2] = "out-of-memory";
  run(place, engine);
  EXPECT_EQ(place.study().trials()[2].state, hpo::TrialState::infeasible);
}

TEST(Drive, FiveTrialsThatFailInTheSameWayEndIt) {
  StudyPlace place(study("asha"));
  FakeEngine engine(place.path(), 1, false);
  for (int trial = 0; trial < 9; ++trial) engine.outcomes[trial] = "user";
  const auto finished = place.live(engine);
  ASSERT_TRUE(finished && !*finished);
  EXPECT_EQ(to_string(finished->error()),
            "5 trials in a row failed in the same way: exit code 9\n"
            "  `sluice status` quotes what they said; mend it and run again: what is done stays done");
}

TEST(Drive, TrialsThatWereCancelledWithTheSweepAreTakenUpAgain) {
  StudyPlace place(study("full"));
  FakeEngine engine(place.path(), 1, false);
  engine.holds_still = true;
  int asked = 0;
  ASSERT_EQ(**place.live(engine, 0, [&] { return ++asked > 3; }), Finish::stopped);
  ASSERT_EQ(engine.at_work(), 3);
  engine.holds_still = false;
  for (int trial = 0; trial < 3; ++trial) engine.outcomes[trial] = "cancelled";
  while (engine.at_work() > 0) engine.advance();
  engine.outcomes.clear();
  EXPECT_EQ(run(place, engine), Finish::done);
  for (const auto& trial : place.study().trials()) EXPECT_EQ(trial.state, hpo::TrialState::finished);
  EXPECT_EQ(place.study().runs(0), 2);
}

TEST(Drive, ABudgetOfTimeStopsThoseThatRun) {
  StudyPlace place(study("full") + "[budget]\ngpu_hours = 2\n");
  FakeEngine engine(place.path(), 1, false);
  engine.seconds_a_step = 600;
  EXPECT_EQ(run(place, engine), Finish::done);
  EXPECT_TRUE(place.study().is_budget_used_up());
  std::int64_t steps = 0;
  for (const auto& [what, times] : engine.trained) steps += times;
  EXPECT_LT(steps, 27) << "the others ended before their milestone";
  EXPECT_LT(place.study().trials().size(), 9U);
}

TEST(Drive, MoreTrialsGoOnWithWhatThereIs) {
  for (const std::string schedule : {"asha", "halving", "hyperband", "stopping", "full"}) {
    StudyPlace place(study(schedule));
    FakeEngine engine(place.path(), 1, false);
    run(place, engine);
    const std::string before = place.decisions();
    place.allow(15);
    EXPECT_EQ(run(place, engine), Finish::done);
    EXPECT_EQ(place.decisions().substr(0, before.size()), before) << schedule;
    EXPECT_EQ(place.study().trials().size(), 15U) << schedule;
  }
}

TEST(Drive, FewerTrialsAreWhatTheyWereBeforeThereWereMore) {
  for (const std::string schedule : {"asha", "halving", "hyperband", "stopping", "full"}) {
    StudyPlace place(study(schedule));
    FakeEngine engine(place.path(), 1, false);
    run(place, engine);
    const std::string before = place.decisions();
    EXPECT_FALSE(place.recalled(9)) << "there never were more";
    place.allow(15);
    EXPECT_EQ(run(place, engine), Finish::done);
    EXPECT_TRUE(place.recalled(9)) << schedule;
    EXPECT_EQ(place.decisions(), before) << schedule;
    EXPECT_FALSE(place.recalled(7)) << "it never stopped there";
  }
}

}  // namespace
}  // namespace sluice::sweep
