#include "stages/sweep/report/records.h"

#include <gtest/gtest.h>

#include "stages/sweep/report/text.h"
#include "tests/stages/sweep/report/example.h"

namespace sluice::sweep {
namespace {

struct Example {
  hpo::Study study{read_example(example_text)};
};

TEST(Records, CsvHasALineForEachTrialAndQuotesWhatNeedsIt) {
  Example example;
  run_example(example.study);
  const std::string csv = trials_csv(View(example.study));
  EXPECT_EQ(csv.substr(0, csv.find('\n')), "trial,state,step,val_loss,lr,width,<loss>,gamma");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 13);
  EXPECT_NE(csv.find("\n3,infeasible,,,"), std::string::npos);
  EXPECT_NE(csv.find("\n5,failed,,,"), std::string::npos);
}

TEST(Records, JsonOfATrialHasItsWholeCurveAndItsRuns) {
  Example example;
  const std::string journal = run_example(example.study);
  hpo::Study again(read_example(example_text));
  auto replayed = replay(again, hpo::journal_head(again.settings(), example_text), journal, "journal.jsonl");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  const View view(again, std::move(replayed->times));
  const json::object best = trial_json(view, *again.best());
  EXPECT_EQ(best.at("step").as_int64(), 9);
  EXPECT_EQ(best.at("curve").as_array().size(), 9U);
  EXPECT_EQ(best.at("runs").as_array().size(), 3U);
  const json::object& first = best.at("runs").as_array()[0].as_object();
  EXPECT_EQ(first.at("until").as_int64(), 1);
  EXPECT_EQ(first.at("ending").as_string(), "milestone");
  EXPECT_EQ(first.at("ended_at_ms").as_int64() - first.at("asked_for_at_ms").as_int64(), 1000);
  EXPECT_EQ(trials_json(view).size(), 12U);
}

TEST(Records, StatusCountsAndNamesTheBest) {
  Example example;
  run_example(example.study);
  const View view(example.study);
  const json::object status = status_json(view);
  EXPECT_EQ(status.at("trials").to_number<int>(), 12);
  EXPECT_EQ(status.at("done").as_bool(), true);
  EXPECT_EQ(status.at("states").at("infeasible").as_int64(), 1);
  EXPECT_EQ(status.at("states").at("failed").as_int64(), 1);
  EXPECT_EQ(status.at("best").at("trial").as_int64(), example.study.best()->trial);
  EXPECT_EQ(status.at("best").at("val_loss").as_double(), example.study.best()->loss());
}

TEST(Records, ATrialThatWaitsForItsPromotionIsPausedAndOneAtWorkIsRunning) {
  Example example;
  run_example(example.study, 5);
  const View view(example.study);
  EXPECT_EQ(view.state(view.trials()[0]), "paused");
  EXPECT_EQ(view.state(view.trials()[static_cast<std::size_t>(example.study.works().back().job.trial)]),
            "running");
}

TEST(Text, OfAStudyThatHasNoResultYet) {
  Example example;
  EXPECT_EQ(status_text(View(example.study)), "0 of 12 trials\nno result yet\n");
}

TEST(Text, OfATrialShowsItsRuns) {
  Example example;
  run_example(example.study);
  const View view(example.study);
  EXPECT_EQ(trial_text(view, view.trials()[3]), "trial 3, infeasible\n  " +
                                                    to_text(view.space(), view.trials()[3].point) +
                                                    "\n  run 1: steps 1 to 1, infeasible\n");
  const std::string best = trial_text(view, *example.study.best());
  EXPECT_NE(best.find("  run 3: steps 4 to 9\n  step 1: val_loss "), std::string::npos) << best;
}

TEST(Text, OfAllTrialsIsATable) {
  Example example;
  run_example(example.study);
  const std::string table = trials_text(View(example.study));
  EXPECT_EQ(table.substr(0, table.find('\n')).find("   trial  state"), 0U) << table;
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 13);
  EXPECT_EQ(std::count(table.begin(), table.end(), '*'), 1);
}

}  // namespace
}  // namespace sluice::sweep
