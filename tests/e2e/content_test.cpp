// Content decides: a task runs again when something that it depends on has another content, and only then.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

/// x and y are made from files of their own; `both` joins them, `last` counts its lines.
constexpr const char* diamond = R"(sluice = 1
name = "t"
[stage.x]
command = ["sh", "-c", 'echo x >> @/ledger; grep -v "^#" "$1" > "$2"', "x", "{inputs.i}", "{outputs.o}"]
inputs = { i = "file:x.txt" }
outputs = { o = "out/x" }
[stage.y]
command = ["sh", "-c", 'echo y >> @/ledger; cat "$1" > "$2"', "y", "{inputs.i}", "{outputs.o}"]
inputs = { i = "file:y.txt" }
outputs = { o = "out/y" }
[stage.both]
command = ["sh", "-c", 'echo both >> @/ledger; cat "$1" "$2" > "$3"', "both", "{inputs.x}", "{inputs.y}", "{outputs.o}"]
inputs = { x = "x.o", y = "y.o" }
outputs = { o = "out/both" }
[stage.last]
command = ["sh", "-c", 'echo last >> @/ledger; wc -l < "$1" > "$2"', "last", "{inputs.b}", "{outputs.o}"]
inputs = { b = "both.o" }
outputs = { o = "out/last" }
)";

class Content : public testing::Test {
 protected:
  Content() {
    place.write("x.txt", "one\n");
    place.write("y.txt", "two\n");
    place.write_workflow(diamond);
    EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 0);
    EXPECT_EQ(place.read("out/both"), "one\ntwo\n");
    place.forget_ledger();
  }
  std::string plan() { return place.sluice({"plan"}).out; }
  std::string run_again() {
    const Answer answer = place.sluice({"run"});
    EXPECT_EQ(answer.code, 0) << answer.err;
    return place.ledger();
  }
  Place place;
};

TEST_F(Content, NothingChangedNothingRuns) {
  EXPECT_EQ(plan(), "4 tasks: 0 to run, 0 to decide when their inputs are there, 4 up to date\n");
  EXPECT_EQ(run_again(), "");
}

TEST_F(Content, ADeletedOutputIsMadeAgainAndNothingElse) {
  place.remove("out/x");
  EXPECT_EQ(plan(),
            "run  x: output is missing: out/x\n"
            "maybe  both: it depends on x, which runs first\n"
            "maybe  last: it depends on both, which runs first\n"
            "4 tasks: 1 to run, 2 to decide when their inputs are there, 1 up to date\n");
  EXPECT_EQ(run_again(), "x\n");
}

TEST_F(Content, AnOutputChangedByHandIsMadeAgain) {
  place.write("out/both", "nonsense\n");
  EXPECT_EQ(plan(),
            "run  both: output was changed by hand: out/both\n"
            "maybe  last: it depends on both, which runs first\n"
            "4 tasks: 1 to run, 1 to decide when their inputs are there, 2 up to date\n");
  EXPECT_EQ(run_again(), "both\n") << "`last` was made from the content that `both` has again";
  EXPECT_EQ(place.read("out/both"), "one\ntwo\n");
}

TEST_F(Content, ATouchedOutputIsStillTheSame) {
  place.write("out/both", "one\ntwo\n");
  EXPECT_EQ(plan(), "4 tasks: 0 to run, 0 to decide when their inputs are there, 4 up to date\n");
  EXPECT_EQ(run_again(), "");
}

TEST_F(Content, ATouchedInputIsStillTheSame) {
  place.write("x.txt", "one\n");
  EXPECT_EQ(run_again(), "");
}

TEST_F(Content, AChangedInputRunsWhatDependsOnIt) {
  place.write("x.txt", "one\nmore\n");
  EXPECT_EQ(plan(),
            place.filled("run  x: input i changed: @/x.txt\n"
                         "maybe  both: it depends on x, which runs first\n"
                         "maybe  last: it depends on both, which runs first\n"
                         "4 tasks: 1 to run, 2 to decide when their inputs are there, 1 up to date\n"));
  EXPECT_EQ(run_again(), "x\nboth\nlast\n");
  EXPECT_EQ(place.read("out/last"), "3\n");
}

TEST_F(Content, ASameResultEndsTheChange) {
  place.write("x.txt", "# a remark\none\n");
  EXPECT_EQ(run_again(), "x\n");
}

TEST_F(Content, AChangedInputThatIsChangedBackRunsNothing) {
  place.write("x.txt", "two\n");
  EXPECT_TRUE(holds(plan(), {"input i changed"})) << plan();
  place.write("x.txt", "one\n");
  EXPECT_EQ(run_again(), "");
}

TEST_F(Content, ExplainShowsTheDifference) {
  EXPECT_EQ(place.sluice({"explain", "x"}).out, "x is up to date\n");
  std::string changed = diamond;
  changed.replace(changed.find("grep -v"), 7, "grep -h -v");
  place.write_workflow(changed);
  const std::string arguments = place.sluice({"explain", "x"}).out;
  EXPECT_TRUE(holds(arguments, {"x runs: argument changed: ", "grep -v", " -> ", "grep -h -v", "\n  - -c ",
                                "grep -v", "\n  + -c ", "grep -h -v"}))
      << arguments;
  place.write_workflow(diamond);
  place.write("y.txt", "other\n");
  const std::string inputs = place.sluice({"explain", "y"}).out;
  EXPECT_TRUE(holds(inputs, {place.filled("y runs: input i changed: @/y.txt\n  - -c "), "\n  + -c ",
                             place.filled("\n  # input i changed: @/y.txt\n")}))
      << inputs;
}

TEST_F(Content, AnOutputOfTheSameNameThatWasNeverOursIsReplacedOnlyByAResult) {
  Place other;
  other.write_workflow(
      "sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"sh\", \"-c\", 'exit 1', \"a\", "
      "\"{outputs.o}\"]\noutputs = { o = \"mine\" }\n");
  other.write("mine", "precious");
  EXPECT_EQ(other.sluice({"run", "w.toml"}).code, 1);
  EXPECT_EQ(other.read("mine"), "precious");
}

}  // namespace
}  // namespace sluice::tests
