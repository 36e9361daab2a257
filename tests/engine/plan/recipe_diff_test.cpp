#include "engine/plan/recipe_diff.h"

#include <gtest/gtest.h>

namespace sluice::plan {
namespace {

const std::string a(32, 'a'), b(32, 'b'), c(32, 'c');

std::string difference(const std::string& before, const std::string& after) {
  std::string text;
  for (const DiffLine& line : diff_recipes(before, after)) {
    text += line.kind == DiffLine::Kind::added ? "+ " : line.kind == DiffLine::Kind::removed ? "- " : "# ";
    text += line.text + "\n";
  }
  return text;
}

std::string reasons(const std::string& before, const std::string& after) {
  std::string text;
  for (const Reason& reason : diff_reasons(before, after)) text += to_string(reason) + "\n";
  return text;
}

TEST(RecipeDiff, OfEqualTextsIsEmpty) {
  const std::string text = "program x results 1\n--a 1\n\nversion x 1\n";
  EXPECT_EQ(difference(text, text), "");
  EXPECT_EQ(reasons(text, text), "");
}

TEST(RecipeDiff, PairsAFlagWithItsNewValue) {
  const std::string before = "program x results 1\n--a 1\n--b 2\n--c 3\n";
  const std::string after = "program x results 1\n--a 9\n--b 2\n--c 4\n";
  EXPECT_EQ(difference(before, after), "- --a 1\n+ --a 9\n- --c 3\n+ --c 4\n");
  EXPECT_EQ(reasons(before, after), "argument changed: --a 1 -> --a 9\nargument changed: --c 3 -> --c 4\n");
}

TEST(RecipeDiff, PairsNeighboursByTheirFlags) {
  const std::string before = "program x results 1\n--a 1\n--b 2\n";
  const std::string after = "program x results 1\n--b 3\n--new 5\n--a 4\n";
  EXPECT_EQ(difference(before, after), "- --a 1\n+ --a 4\n- --b 2\n+ --b 3\n+ --new 5\n");
}

TEST(RecipeDiff, TellsAddedAndRemovedArguments) {
  EXPECT_EQ(reasons("program x results 1\n--a 1\n", "program x results 1\n--a 1\n--b 2\n"),
            "argument added: --b 2\n");
  EXPECT_EQ(reasons("program x results 1\n--a 1\n--b 2\n", "program x results 1\n--a 1\n"),
            "argument taken away: --b 2\n");
}

TEST(RecipeDiff, TellsAnotherOrderOfACommand) {
  EXPECT_EQ(reasons("program x {" + a + "}\none\ntwo\n", "program x {" + a + "}\ntwo\none\n"),
            "argument taken away: one\nargument added: one\n");
}

TEST(RecipeDiff, NamesTheInputOfWhichTheContentChanged) {
  const std::string before =
      "program x results 1\n--input.from {" + a + "}\n\ninput from " + a + " sim/1.root\n";
  const std::string after =
      "program x results 1\n--input.from {" + b + "}\n\ninput from " + b + " sim/1.root\n";
  EXPECT_EQ(reasons(before, after), "input from changed: sim/1.root\n");
  EXPECT_EQ(
      difference(before, after),
      "- --input.from {aaaaaaaaaaaa}\n+ --input.from {bbbbbbbbbbbb}\n# input from changed: sim/1.root\n");
}

TEST(RecipeDiff, NamesTheFileOfAListThatChanged) {
  const auto recipe = [](const std::string& hash, const std::string& files) {
    return "program x results 1\n--input.all {" + hash + "}\n\ninput all " + hash + " 2 files\n" + files;
  };
  EXPECT_EQ(reasons(recipe(a, " 1.root 111\n 2.root 222\n"), recipe(b, " 1.root 111\n 2.root 333\n")),
            "input all changed: 2.root\n");
  EXPECT_EQ(reasons(recipe(a, " 1.root 111\n"), recipe(b, " 1.root 111\n \"2 b.root\" 222\n")),
            "input all changed: \"2 b.root\" (new)\n");
  EXPECT_EQ(reasons(recipe(a, " 1.root 111\n 2.root 222\n"), recipe(b, " 1.root 111\n")),
            "input all changed: 2.root (gone)\n");
  EXPECT_EQ(reasons(recipe(a, ""), recipe(b, "")), "input all changed: 2 files\n");
}

TEST(RecipeDiff, NamesTheFlagBehindWhichADataFileChanged) {
  const std::string before =
      "program x results 1\n--detector {" + a + "}\n\ndata --detector " + a + " /d/clic.toml\n";
  const std::string after =
      "program x results 1\n--detector {" + b + "}\n\ndata --detector " + b + " /d/cld.toml\n";
  EXPECT_EQ(reasons(before, after), "data of --detector changed: /d/cld.toml\n");
}

TEST(RecipeDiff, ShowsHashesOfProgramsSoThatTheyCanBeCompared) {
  EXPECT_EQ(reasons("program python3 {" + a + "}\nx\n", "program python3 {" + b + "}\nx\n"),
            "program changed: python3 {aaaaaaaaaaaa} -> python3 {bbbbbbbbbbbb}\n");
  EXPECT_EQ(reasons("program x results 1\n", "program x results 2\n"),
            "program changed: x results 1 -> x results 2\n");
  EXPECT_EQ(reasons("program x results 1\n", "program y results 1\n"),
            "program changed: x results 1 -> y results 1\n");
}

TEST(RecipeDiff, SeesVariablesComeAndGo) {
  EXPECT_EQ(reasons("program x results 1\nenv A=1\nenv B=2\n", "program x results 1\nenv B=3\nenv C=4\n"),
            "environment taken away: A=1\nenvironment changed: B=2 -> B=3\nenvironment added: C=4\n");
}

TEST(RecipeDiff, SeesWhatTrialsRun) {
  EXPECT_EQ(reasons("program s results 1\ntrial program t results 1\ntrial --loss focal\n",
                    "program s results 1\ntrial program t results 1\ntrial --loss plain\n"),
            "argument changed: trial --loss focal -> trial --loss plain\n");
}

TEST(RecipeDiff, GivesTheMostImportantReasonFirst) {
  const std::string before =
      "program x results 1\n--a 1\n--input.i {" + a + "}\nenv E=1\n\ninput i " + a + " f\n";
  const std::string after =
      "program x results 2\n--a 2\n--input.i {" + b + "}\nenv E=2\n\ninput i " + b + " f\n";
  EXPECT_EQ(reasons(before, after),
            "program changed: x results 1 -> x results 2\n"
            "argument changed: --a 1 -> --a 2\n"
            "input i changed: f\n"
            "environment changed: E=1 -> E=2\n");
}

TEST(RecipeDiff, MentionsARebuildThatDoesNotCount) {
  const std::string before = "program x results 1\n\nversion x 1.0\n";
  const std::string after = "program x results 1\n\nversion x 1.1\n";
  EXPECT_EQ(reasons(before, after), "");
  EXPECT_EQ(difference(before, after),
            "# x is now version 1.1 (was 1.0); its results version decides whether that counts\n");
}

TEST(RecipeDiff, OfVeryLongCommandsIsStillQuick) {
  std::string before = "program x {" + a + "}\n", after = before;
  for (int i = 0; i < 20'000; ++i) {
    before += "old" + std::to_string(i) + "\n";
    after += "new" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(diff_recipes(before, after).size(), 40'000U);
}

TEST(Reason, HasAWordForPrograms) {
  EXPECT_EQ(word(Reason::Kind::never_ran), "never-ran");
  EXPECT_EQ(word(Reason::Kind::input_changed), "input-changed");
  EXPECT_EQ(word(Reason::Kind::past_unknown), "past-unknown");
}

TEST(Reason, ReadsAsPartOfASentence) {
  using Kind = Reason::Kind;
  EXPECT_EQ(to_string(Reason{Kind::never_ran, "", "", ""}), "it never ran");
  EXPECT_EQ(to_string(Reason{Kind::forced, "", "", ""}), "forced");
  EXPECT_EQ(to_string(Reason{Kind::last_failed, "", "", "exit code 3"}),
            "its last attempt failed: exit code 3");
  EXPECT_EQ(to_string(Reason{Kind::last_failed, "", "", ""}), "its last attempt failed");
  EXPECT_EQ(to_string(Reason{Kind::interrupted, "", "", ""}), "it was interrupted");
  EXPECT_EQ(to_string(Reason{Kind::past_unknown, "", "", ""}),
            "what its last result was made from is no longer known");
  EXPECT_EQ(to_string(Reason{Kind::output_added, "log", "", ""}), "output log is new");
  EXPECT_EQ(to_string(Reason{Kind::output_missing, "a.root", "", ""}), "output is missing: a.root");
  EXPECT_EQ(to_string(Reason{Kind::output_changed, "a.root", "", ""}), "output was changed by hand: a.root");
  EXPECT_EQ(to_string(Reason{Kind::upstream, "simulate", "", ""}),
            "it depends on simulate, which runs first");
}

}  // namespace
}  // namespace sluice::plan
