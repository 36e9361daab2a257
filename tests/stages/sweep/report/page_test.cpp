#include "stages/sweep/report/page.h"

#include <gtest/gtest.h>

#include "stages/sweep/report/parts.h"
#include "tests/stages/sweep/report/example.h"
#include "tests/support/html_balance.h"

namespace sluice::sweep {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct Example {
  hpo::Study study{read_example(example_text)};
};

TEST(StudyPage, IsWholeAtEveryMomentOfAStudy) {
  for (const std::int64_t works : {1, 2, 5, 9, 1000}) {
    Example example;
    run_example(example.study, works);
    const std::string page = report_page(View(example.study), "gnn & <co>");
    EXPECT_EQ(tests::first_imbalance(page), "") << works;
    EXPECT_EQ(count(page, "nan"), 0U) << works;
    EXPECT_EQ(count(page, "inf,"), 0U) << works;
  }
  hpo::Study nothing(read_example(example_text));
  EXPECT_EQ(tests::first_imbalance(report_page(View(nothing), "x")), "");
}

TEST(StudyPage, NeedsNothingButItself) {
  Example example;
  run_example(example.study);
  const std::string page = report_page(View(example.study), "gnn");
  for (const char* foreign : {"http:", "https:", "<script", "src=", "@import", "url(h"})
    EXPECT_EQ(count(page, foreign), 0U) << foreign;
}

TEST(StudyPage, ANameIsNeverMarkup) {
  Example example;
  run_example(example.study);
  const std::string page = report_page(View(example.study), "<b>");
  EXPECT_EQ(count(page, "<loss>"), 0U);
  EXPECT_EQ(count(page, "focal & co"), 0U);
  EXPECT_GT(count(page, "&lt;loss&gt;"), 3U);
  EXPECT_EQ(count(page, "<b>"), 0U);
}

TEST(StudyPage, IsTheSameWheneverItIsMade) {
  Example one;
  Example other;
  run_example(one.study);
  run_example(other.study);
  EXPECT_EQ(report_page(View(one.study), "gnn"), report_page(View(other.study), "gnn"));
}

TEST(BestPart, MarksEveryResultOnceAndWhatCameToNothing) {
  Example example;
  run_example(example.study);
  const View view(example.study);
  std::size_t milestones = 0;
  for (const hpo::Observation& trial : view.trials()) milestones += trial.measures.size();
  const std::string html = best_part(view);
  EXPECT_EQ(count(html, "<circle"), milestones);
  EXPECT_EQ(count(html, "class=\"cross\""), 2U);
}

TEST(CurvesPart, SaysHowManyCameToEachRung) {
  Example example;
  run_example(example.study);
  const std::string html = curves_part(View(example.study));
  EXPECT_EQ(count(html, "class=\"rung\""), 3U);           // 1, 3 and 9
  EXPECT_NE(html.find(">10</text>"), std::string::npos);  // all but the two that failed
  EXPECT_EQ(count(html, "curve best-line"), 1U);
}

TEST(ParallelPart, HasAStrandForEachTrialWithALoss) {
  Example example;
  run_example(example.study);
  EXPECT_EQ(count(parallel_part(View(example.study)), "<polyline"), 10U);
}

TEST(SlicesPart, HasAPictureForEachParameterAndLeavesOutWhatIsInactive) {
  Example example;
  run_example(example.study);
  const View view(example.study);
  const std::string html = slices_part(view);
  EXPECT_EQ(count(html, "<svg"), 4U);
  const std::string gamma = html.substr(html.rfind("<svg"));
  std::size_t active = 0;
  for (const hpo::Observation& trial : view.trials())
    active += !std::isnan(trial.point[3]) && !trial.measures.empty() ? 1 : 0;
  EXPECT_EQ(count(gamma, "<circle"), active);
}

TEST(TimelinePart, IsByTheClockWhereTimesAreKnown) {
  Example example;
  const std::string journal = run_example(example.study);
  EXPECT_NE(timeline_part(View(example.study)).find("as if every step took equally long"), std::string::npos);
  hpo::Study again(read_example(example_text));
  auto replayed = replay(again, hpo::journal_head(again.settings(), example_text), journal, "journal.jsonl");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  const std::string html = timeline_part(View(again, std::move(replayed->times)));
  EXPECT_NE(html.find("since the first decision [s]"), std::string::npos);
  EXPECT_EQ(count(html, "class=\"run "), again.works().size());
  EXPECT_EQ(count(html, "class=\"bad\""), 2U);
}

TEST(TimelinePart, ATrialWithTwiceTheResourcesIsTwiceAsHigh) {
  std::string text = example_text;
  text.replace(text.find("asha"), 4, "rasda");
  hpo::Study study(read_example(text));
  run_example(study);
  const std::string html = timeline_part(View(study));
  EXPECT_NE(html.find("3 times the resources"), std::string::npos);
  EXPECT_NE(html.find("height=\"53\""), std::string::npos);  // three lanes of 18, and a gap
}

TEST(TablePart, GivesTheTrialsAsAFile) {
  Example example;
  run_example(example.study);
  const std::string html = table_part(View(example.study));
  EXPECT_NE(
      html.find(
          "href=\"data:text/csv;charset=utf-8,trial,state,step,val_loss,lr,width,%3Closs%3E,gamma%0A0,"),
      std::string::npos);
}

}  // namespace
}  // namespace sluice::sweep
