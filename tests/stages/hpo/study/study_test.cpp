#include "stages/hpo/study/study.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "engine/base/record_line.h"
#include "stages/hpo/study/journal.h"

namespace sluice::hpo {
namespace {

StudySettings settings_of(const std::string& search, const std::string& schedule,
                          const std::string& more = "") {
  Diagnostics diagnostics;
  const std::string text = more + "trials = 40\nparallel = 4\nseed = 3\n[search]\nmethod = \"" + search +
                           "\"\n[schedule]\nmethod = \"" + schedule +
                           "\"\nleast = 1\nmost = 9\neta = 3\n[space]\n" +
                           "lr = { float = [1e-4, 1], log = true }\nlayers = { int = [1, 6] }\n" +
                           "loss = { choice = [\"a\", \"b\"] }\n";
  const auto root = parse_toml(diagnostics.add_source("study.toml", text), diagnostics);
  StudySettings settings = read_study(*root, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  return settings;
}

double loss_at(const Point& point, std::int64_t step) {
  const double off = std::log10(point[0]) + 2;
  return off * off + 0.1 * point[1] + point[2] + 3.0 / static_cast<double>(step);
}

WorkResult train(const Work& work) {
  WorkResult result;
  const bool out_of_memory = work.point[1] == 6;
  if (out_of_memory) return {Ending::infeasible, {}};
  for (std::int64_t step = work.job.from + 1; step <= work.job.until; ++step)
    result.curve.push_back({step, loss_at(work.point, step)});
  return result;
}

std::string text_of(const Work& work) {
  return std::to_string(work.job.trial) + "->" + std::to_string(work.job.until) + " " +
         std::to_string(work.point[0]) + " " + std::to_string(work.point[1]) + " " +
         std::to_string(work.point[2]);
}

/// Runs a study with four workers whose work ends in a random order; what was decided, one line each. The
/// journal gets what a journal gets.
std::vector<std::string> run(Study& study, std::uint32_t order, std::string* journal = nullptr,
                             std::size_t stop_after = 1U << 30U) {
  std::mt19937 generator(order);
  std::vector<Work> running = study.outstanding();
  std::vector<std::string> decided;
  std::size_t events = 0;
  while (true) {
    while (running.size() < 4) {
      const auto work = study.next();
      if (!work) break;
      if (journal != nullptr) *journal += journal_line(study.settings().space, *work);
      if (++events > stop_after) return decided;
      decided.push_back(text_of(*work));
      running.push_back(*work);
    }
    if (running.empty()) return decided;
    const std::size_t which = generator() % running.size();
    const WorkResult result = train(running[which]);
    if (journal != nullptr) *journal += journal_line(running[which].number, result);
    if (++events > stop_after) return decided;
    study.result(running[which].number, result);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
  }
}

const std::vector<std::string> searches = {"random", "grid", "sobol",  "evolution", "cma",
                                           "tpe",    "gp",   "forest", "bohb"};
const std::vector<std::string> schedules = {"full",     "halving", "hyperband", "asha",
                                            "stopping", "median",  "rasda",     "swift"};

TEST(Study, AnySearcherWorksWithAnyScheduler) {
  for (const std::string& search : searches) {
    for (const std::string& schedule : schedules) {
      if (search == "gp" && schedule != "asha" && schedule != "hyperband") continue;  // takes its time
      Study study(settings_of(search, schedule));
      const auto decided = run(study, 1);
      EXPECT_TRUE(study.is_done()) << search << " " << schedule;
      EXPECT_GE(study.trials().size(), 15U) << search << " " << schedule;
      ASSERT_NE(study.best(), nullptr) << search << " " << schedule;
      std::set<Point> points;
      for (const auto& trial : study.trials()) EXPECT_TRUE(points.insert(trial.point).second);
    }
  }
}

TEST(Study, ADeterministicStudyDoesNotSeeTheOrderInWhichTrialsEnd) {
  for (const std::string& search : searches) {
    const std::string schedule = search == "gp" ? "asha" : search == "tpe" ? "stopping" : "hyperband";
    Study first(settings_of(search, schedule, "deterministic = true\n"));
    const auto expected = run(first, 0);
    const std::uint32_t orders = search == "gp" || search == "forest" ? 2 : 20;
    for (std::uint32_t order = 1; order <= orders; ++order) {
      Study study(settings_of(search, schedule, "deterministic = true\n"));
      EXPECT_EQ(run(study, order), expected) << search << " order " << order;
    }
  }
}

TEST(Study, PlainSearchersDoNotSeeTheOrderEither) {
  for (const std::string search : {"random", "grid", "sobol"}) {
    std::vector<Point> expected;
    for (std::uint32_t order = 0; order < 100; ++order) {
      Study study(settings_of(search, "asha"));
      run(study, order);
      std::vector<Point> points;
      for (const auto& trial : study.trials()) points.push_back(trial.point);
      if (order == 0) expected = points;
      EXPECT_EQ(points, expected) << search;
    }
  }
}

TEST(Study, ASecondReportOfTheSameWorkChangesNothing) {
  Study study(settings_of("random", "asha"));
  const Work work = *study.next();
  study.result(work.number, {Ending::milestone, {{1, 5.0}}});
  study.result(work.number, {Ending::milestone, {{1, 1.0}}});
  study.result(77, {Ending::milestone, {{1, 1.0}}});
  EXPECT_EQ(study.trials()[0].loss(), 5.0);
}

TEST(Study, WhatIsMaximisedIsTurnedInside) {
  StudySettings settings = settings_of("random", "full");
  settings.maximise = true;
  settings.trials = 3;
  Study study(settings);
  for (const double accuracy : {0.5, 0.9, 0.7})
    study.result(study.next()->number, {Ending::milestone, {{9, accuracy}}});
  EXPECT_EQ(study.best()->trial, 1);
  EXPECT_EQ(study.reported(study.best()->loss()), 0.9);
}

std::string drop_end(std::string line) {
  line.pop_back();
  return line;
}

std::string head() { return journal_head(settings_of("tpe", "asha"), "text"); }

std::string head_of(const std::string& schedule) {
  return journal_head(settings_of("tpe", schedule), "text");
}

/// Goes on with the events of another journal, but decides for itself; the first line that differs.
std::string replay_rest(Study& study, const std::string& events) {
  std::string differs;
  read_lines(events, [&](std::string_view text) {
    if (!differs.empty()) return;
    const auto object = parse_json(text, "rest")->as_object();
    if (object.contains("ending")) {
      for (const Work& work : study.outstanding())
        if (work.number == json_int(object, "work")) study.result(work.number, train(work));
      return;
    }
    const auto work = study.next();
    if (!work || open_line(drop_end(journal_line(study.settings().space, *work))) != text) differs = text;
  });
  return differs;
}

TEST(Journal, KilledAnywhereAStudyDecidesTheSame) {
  for (const std::string search : {"tpe", "gp"}) {
    std::string whole = head();
    Study study(settings_of(search, "asha"));
    run(study, 5, &whole);
    const std::size_t step = search == "gp" ? 29 : 1;
    for (std::size_t events = 1; events < 60; events += step) {
      std::string journal = head();
      Study dies(settings_of(search, "asha"));
      run(dies, 5, &journal, events);
      Study again(settings_of(search, "asha"));
      const auto replayed = replay(again, head(), journal, "journal.jsonl");
      ASSERT_TRUE(replayed) << to_string(replayed.error());
      EXPECT_EQ(whole.substr(0, journal.size()), journal);
      // From here on, with the same events as the study that lived.
      const auto rest = replay_rest(again, whole.substr(journal.size()));
      EXPECT_EQ(rest, "") << search << " after " << events;
    }
  }
}

TEST(Journal, CutAtAnyByteAStudyDecidesTheSame) {
  std::string whole = head();
  Study study(settings_of("tpe", "asha"));
  run(study, 5, &whole);
  std::mt19937 generator(7);
  for (int i = 0; i < 1000; ++i) {
    const std::size_t cut = head().size() + generator() % (whole.size() - head().size());
    std::string left = whole.substr(0, cut);
    if (i % 3 == 1) left += std::string(generator() % 50, '\0');  // a hole of a network file system
    if (i % 3 == 2) left += "\n";
    Study again(settings_of("tpe", "asha"));
    const auto replayed = replay(again, head(), left, "journal.jsonl");
    ASSERT_TRUE(replayed) << to_string(replayed.error());
    ASSERT_EQ(whole[replayed->consumed - 1], '\n');
    if (i % 10 == 0) {
      ASSERT_EQ(replay_rest(again, whole.substr(replayed->consumed)), "") << "cut at " << cut;
    }
  }
}

TEST(Journal, AStudyMayGoOnWithMoreTrials) {
  StudySettings few = settings_of("tpe", "hyperband");
  few.trials = 12;
  std::string journal = head() + journal_allow(12, 4);
  Study study(few);
  run(study, 5, &journal);
  journal += journal_allow(30, 4);
  study.allow(30);
  run(study, 6, &journal);
  EXPECT_EQ(study.trials().size(), 30U);
  StudySettings more = few;
  more.trials = 30;
  Study again(more);
  const auto replayed = replay(again, head(), journal, "j");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  EXPECT_EQ(replayed->allowed, 30);
  EXPECT_EQ(again.trials().size(), 30U);
}

TEST(Journal, SaysWithHowManyTrialsAndHowManyAtATimeItWasRun) {
  // The caller of a stage may override both; whoever looks at the study later has the file only.
  for (const std::string schedule : {"halving", "asha"}) {
    StudySettings run_with = settings_of("tpe", schedule, "deterministic = true\n");
    run_with.trials = 18;
    run_with.parallel = 2;
    std::string journal = head() + journal_allow(18, 2);
    Study study(run_with);
    run(study, 5, &journal);
    Study again(settings_of("tpe", schedule, "deterministic = true\n"));
    const auto replayed = replay(again, head(), journal, "j");
    ASSERT_TRUE(replayed) << schedule << ": " << to_string(replayed.error());
    EXPECT_EQ(again.trials().size(), 18U);
    again.hear_all();
    EXPECT_TRUE(again.is_done());
    for (const Observation& trial : again.trials())
      EXPECT_NE(trial.state, TrialState::running) << trial.trial;
  }
}

TEST(Journal, TellsWhenThingsWereDecidedAndDecidesNothingByIt) {
  std::string journal = head();
  Study study(settings_of("tpe", "asha"));
  const Work work = *study.next();
  journal += journal_line(study.settings().space, work, 5000);
  journal += journal_line(work.number, train(work), 7500);
  Study again(settings_of("tpe", "asha"));
  const auto replayed = replay(again, head(), journal, "j");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  ASSERT_EQ(replayed->times.size(), 1U);
  EXPECT_EQ(replayed->times[0].begun_ms, 5000);
  EXPECT_EQ(replayed->times[0].ended_ms, 7500);
  ASSERT_TRUE(again.results()[0]);
  EXPECT_EQ(again.results()[0]->curve, train(work).curve);
}

TEST(Journal, ATornEndIsLeftOut) {
  std::string journal = head();
  Study study(settings_of("tpe", "asha"));
  run(study, 5, &journal, 30);
  const std::size_t last = journal.rfind('\n', journal.size() - 2) + 1;
  for (std::size_t cut = last; cut < journal.size(); cut += 7) {
    Study again(settings_of("tpe", "asha"));
    const auto replayed = replay(again, head(), journal.substr(0, cut), "j");
    ASSERT_TRUE(replayed);
    EXPECT_EQ(replayed->consumed, last);
  }
  Study holes(settings_of("tpe", "asha"));
  const auto replayed =
      replay(holes, head(), journal + std::string(40, '\0') + "\n" + std::string(5, '\0'), "j");
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->consumed, journal.size());
}

TEST(Journal, DamageBeforeTheEndIsNamed) {
  std::string journal = head();
  Study study(settings_of("tpe", "asha"));
  run(study, 5, &journal, 30);
  std::string bad = journal;
  bad[journal.find('\n', journal.find('\n') + 1) + 5] ^= 1;
  Study again(settings_of("tpe", "asha"));
  EXPECT_EQ(to_string(replay(again, head(), bad, "journal.jsonl").error()),
            "journal.jsonl:3: this line is damaged\n  give the study another folder, or restore the file");
  Study other(settings_of("tpe", "asha"));
  EXPECT_EQ(
      to_string(
          replay(other, journal_head(settings_of("tpe", "asha"), "other"), journal, "journal.jsonl").error()),
      "journal.jsonl:1: was written for another study: the study file, or the seed, has changed\n"
      "  give the study another folder, or restore the file");
}

TEST(Study, ALiveTrialKeepsItsRunAndIsToBeStoppedWhereTheScheduleEndsIt) {
  StudySettings settings = settings_of("random", "stopping");
  ASSERT_TRUE(is_live(settings));
  settings.schedule.rule = StopRule::optuna;  // the best so far goes on
  Study study(settings);
  const Work first = *study.next();
  const Work second = *study.next();
  study.result(first.number, {Ending::passed, {{1, 5.0}}});
  const Work next = *study.next();
  EXPECT_EQ(next.job, (Job{first.job.trial, false, 1, 3, 1}));
  EXPECT_EQ(next.run, 1) << "it has never ended";
  EXPECT_TRUE(study.running_on().empty());
  study.result(second.number, {Ending::passed, {{1, 6.0}}});
  EXPECT_EQ(study.running_on(), std::set<std::int64_t>{second.job.trial});
  EXPECT_TRUE(study.next()->job.fresh);
}

TEST(Study, DeterministicStudiesAndThoseThatPauseAreNotLive) {
  EXPECT_FALSE(is_live(settings_of("random", "asha")));
  EXPECT_FALSE(is_live(settings_of("random", "stopping", "deterministic = true\n")));
  StudySettings settings = settings_of("random", "median");
  EXPECT_TRUE(is_live(settings));
  settings.schedule.live = false;
  EXPECT_FALSE(is_live(settings));
}

TEST(Study, AWorkThatWasLostWithoutFaultGetsAnotherRun) {
  Study study(settings_of("random", "asha"));
  const Work work = *study.next();
  const Work again = study.again(work.number);
  EXPECT_EQ(again.job, work.job);
  EXPECT_EQ(again.first_run, 1);
  EXPECT_EQ(again.run, 2);
  study.result(work.number, train(again));
  EXPECT_EQ(study.trials()[0].state, TrialState::stopped);
}

TEST(Study, WhoEndedBeforeItsMilestoneByOrderGoesOnFromThere) {
  Study study(settings_of("random", "asha"));
  const Work work = *study.next();
  study.result(work.number, {Ending::milestone, {{1, 1.0}}});
  for (int i = 0; i < 2; ++i) study.result(study.next()->number, {Ending::milestone, {{1, 2.0}}});
  const Work promoted = *study.next();
  ASSERT_EQ(promoted.job, (Job{work.job.trial, false, 1, 3, 1}));
  study.result(promoted.number, {Ending::stopped, {{2, 0.9}}});
  const Work rest = *study.next();
  EXPECT_EQ(rest.job, (Job{work.job.trial, false, 2, 3, 1}));
  EXPECT_EQ(rest.run, 3);
}

TEST(Study, TrialsThatOvershootTheirMilestoneStandSideBySide) {
  Study study(settings_of("tpe", "asha"));
  for (const std::int64_t seconds : {1, 2}) {
    const Work work = *study.next();
    study.result(work.number, {Ending::milestone, {{seconds, 1.0}}});
    EXPECT_EQ(study.trials().back().measures, (std::vector<Measure>{{1, 1.0}}));
  }
}

TEST(Study, ABudgetEndsIt) {
  StudySettings settings = settings_of("random", "full");
  settings.budget = {Unit::steps, 20};
  Study study(settings);
  std::size_t works = 0;
  while (const auto work = study.next()) {
    ++works;
    study.result(work->number, train(*work));
  }
  EXPECT_EQ(works, 3U) << "9, 18, 27: the third begins before 20 are spent";
  EXPECT_TRUE(study.is_done());
  EXPECT_EQ(study.spent(), 27);
}

TEST(Study, ABudgetOfTimeCountsWhatRunsTook) {
  StudySettings settings = settings_of("random", "full");
  settings.budget = {Unit::gpu_seconds, 7200};
  Study study(settings);
  for (int i = 0; i < 4; ++i) {
    ASSERT_FALSE(study.is_budget_used_up());
    WorkResult result = train(*study.next());
    result.ending = Ending::milestone;
    result.cost = {1800, 1800};
    study.result(i, result);
  }
  EXPECT_TRUE(study.is_budget_used_up());
  EXPECT_FALSE(study.next());
}

TEST(Study, CheckpointsAreKeptForThoseWhoMayGoOnAndForTheBest) {
  StudySettings settings = settings_of("random", "asha");
  settings.trials = 9;
  Study study(settings);
  std::vector<Work> works;
  for (int i = 0; i < 9; ++i) works.push_back(*study.next());
  const std::vector<double> losses = {4, 1, 7, 2, 9, 3, 8, 5, 6};
  for (std::size_t i = 0; i < 6; ++i) study.result(works[i].number, {Ending::milestone, {{1, losses[i]}}});
  EXPECT_EQ(study.disposable(0), (std::vector<std::int64_t>{0, 2, 4})) << "the top three of nine may go on";
  EXPECT_EQ(study.disposable(1), (std::vector<std::int64_t>{2, 4}));
  study.result(works[6].number, {Ending::lost, {}});
  EXPECT_EQ(study.disposable(9), std::vector<std::int64_t>{6}) << "what failed has no use";
}

TEST(Study, ThoseThatARoundOfHalvingLeftBehindAreDisposable) {
  StudySettings settings = settings_of("random", "halving");
  settings.trials = 3;
  Study study(settings);
  std::vector<Work> works;
  for (int i = 0; i < 3; ++i) works.push_back(*study.next());
  study.result(0, {Ending::milestone, {{1, 3.0}}});
  study.result(1, {Ending::milestone, {{1, 1.0}}});
  EXPECT_TRUE(study.disposable(0).empty());
  study.result(2, {Ending::milestone, {{1, 2.0}}});
  EXPECT_EQ(study.disposable(0), (std::vector<std::int64_t>{2, 0}));
}

TEST(Journal, OtherRunsAndLiveTrialsAreReplayed) {
  std::string journal = head_of("stopping");
  Study study(settings_of("tpe", "stopping"));
  const auto note = [&](const Work& work) { journal += journal_line(study.settings().space, work); };
  const auto tell = [&](const Work& work, const WorkResult& result) {
    journal += journal_line(work.number, result);
    study.result(work.number, result);
  };
  const Work first = *study.next();
  note(first);
  journal += journal_again(study.again(first.number), "the node failed");
  tell(first, {Ending::passed, {{1, 5.0}}, {12.5, 25}, ""});
  const Work next = *study.next();
  note(next);
  tell(next, {Ending::lost, {}, {}, "exit code 9"});
  const Work other = *study.next();
  note(other);
  tell(other, {Ending::passed, {{1, 9.0}}, {}, ""});
  Study again(settings_of("tpe", "stopping"));
  const auto replayed = replay(again, head_of("stopping"), journal, "j");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  EXPECT_EQ(replayed->consumed, journal.size());
  EXPECT_EQ(again.works().at(1).run, 2) << "of the second work: it goes on in the other run of the first";
  EXPECT_EQ(again.runs(0), 2);
  EXPECT_EQ(again.running_on(), study.running_on());
  EXPECT_EQ(again.results().at(1)->why, "exit code 9");
  EXPECT_EQ(again.results().at(0)->cost.gpu_seconds, 25);
}

TEST(Journal, HalvingGetsAnotherBracketForMoreTrials) {
  StudySettings few = settings_of("random", "halving");
  few.trials = 9;
  std::string journal = head_of("halving") + journal_allow(9, 4);
  Study study(few);
  study.allow(9);
  run(study, 5, &journal);
  EXPECT_TRUE(study.is_done());
  journal += journal_allow(18, 4);
  study.allow(18);
  run(study, 6, &journal);
  EXPECT_EQ(study.trials().size(), 18U);
  const auto finished = std::count_if(study.trials().begin(), study.trials().end(),
                                      [](const auto& t) { return t.state == TrialState::finished; });
  EXPECT_EQ(finished, 2);
  StudySettings more = few;
  more.trials = 18;
  Study again(more);
  const auto replayed = replay(again, head_of("halving"), journal, "j");
  ASSERT_TRUE(replayed) << to_string(replayed.error());
  EXPECT_EQ(again.works().size(), study.works().size());
}

TEST(Settings, MistakesAreShown) {
  Diagnostics diagnostics;
  const auto root =
      parse_toml(diagnostics.add_source("study.toml",
                                        "trails = 3\n[search]\nmethod = \"tpee\"\n[schedule]\nmost = 0\n"
                                        "[space]\nx = { float = [0, 1] }\n"),
                 diagnostics);
  read_study(*root, diagnostics);
  EXPECT_EQ(diagnostics.render(),
            "study.toml:1:1: error: a study has no 'trails'\n"
            "  trails = 3\n"
            "  ^~~~~~\n"
            "  did you mean 'trials'?\n"
            "study.toml:3:10: error: 'method' can't be this\n"
            "  method = \"tpee\"\n"
            "           ^~~~~~\n"
            "  did you mean 'tpe'?\n"
            "study.toml:5:8: error: 'most' has to be an integer from 1 to 2147483647\n"
            "  most = 0\n"
            "         ^\n"
            "3 errors\n");
}

}  // namespace
}  // namespace sluice::hpo
