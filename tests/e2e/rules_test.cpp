// What a workflow asks for beside its commands: retries, limits, tolerance, order, slots, selections.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

const std::string head = "sluice = 1\nname = \"t\"\n";

/// A stage without inputs, with one output.
std::string stage(const std::string& name, const std::string& script, const std::string& more = {}) {
  return "[stage." + name + "]\ncommand = [\"sh\", \"-c\", '''" + script + "''', \"" + name +
         "\", \"{outputs.o}\"]\noutputs = { o = \"out/" + name + "\" }\n" + more;
}

TEST(Retry, GoesOnUntilItSucceeds) {
  Place place;
  place.write_workflow(
      head + stage("a", R"(echo a >> @/ledger; [ $(grep -c a @/ledger) = 3 ] || exit 7; touch "$1")",
                   "retry = { attempts = 3 }\n"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"a attempt 1: exit code 7; trying again\n",
                                 "a attempt 2: exit code 7; trying again\n", "[1/1] a done"}))
      << answer.err;
  EXPECT_EQ(place.ran("a"), 3);
}

TEST(Retry, EndsWithItsAttempts) {
  Place place;
  place.write_workflow(head + stage("a", "echo a >> @/ledger; exit 7", "retry = { attempts = 3 }\n"));
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 1);
  EXPECT_EQ(place.ran("a"), 3);
}

TEST(Retry, IsForTheListedExitCodesOnly) {
  Place place;
  place.write_workflow(
      head + stage("a", "echo a >> @/ledger; exit 74", "retry = { attempts = 2, exit_codes = [74] }\n") +
      stage("b", "echo b >> @/ledger; exit 1", "retry = { attempts = 2, exit_codes = [74] }\n"));
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 1);
  EXPECT_EQ(place.ran("a"), 2);
  EXPECT_EQ(place.ran("b"), 1);
}

TEST(Limits, ATimeoutIsTriedAgainWithMoreTime) {
  Place place;
  place.write_workflow(
      head + stage("a", R"(echo a >> @/ledger; sleep 0.6; touch "$1")",
                   "resources = { time = \"0.3 s\" }\nretry = { attempts = 3, time = \"x4 on timeout\" }\n"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"a attempt 1: it ran into its time limit", "; trying again\n", "a done"}))
      << answer.err;
  EXPECT_EQ(place.ran("a"), 2);
}

TEST(Limits, AMemoryLimitIsEnforcedAndTriedAgainWithMore) {
  Place place;
  place.write_workflow(
      head +
      stage(
          "a",
          R"(echo a >> @/ledger; head -c 60000000 /dev/zero | tail -c 60000000 | (sleep 0.7; wc -c) > "$1")",
          "resources = { memory = \"30 MB\" }\nretry = { attempts = 2, memory = \"x8 on out-of-memory\" "
          "}\n"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"a attempt 1: it ran out of memory", "more than its memory limit of 30 MB",
                                 "; trying again\n", "a done"}))
      << answer.err;
  EXPECT_EQ(place.read("out/a"), "60000000\n");
  EXPECT_EQ(place.ran("a"), 2);
}

/// Four tasks of which the second fails, and a join of all.
std::string fan_out(const std::string& more) {
  return head + R"(
[stage.fan]
each = { i = "1..4" }
command = ["sh", "-c", 'echo fan$0 >> @/ledger; [ $0 = 2 ] && exit 1; echo $0 > "$1"', "{i}", "{outputs.o}"]
outputs = { o = "out/{i}" }
)" + more +
         R"(
[stage.join]
command = ["sh", "-c", 'o="$0"; cat "$@" > "$o"', "{outputs.o}", "{inputs.all}"]
inputs = { all = "fan.o" }
outputs = { o = "out/join" }
)";
}

TEST(Tolerate, AFanOutMayLoseAsManyAsItSays) {
  Place place;
  place.write_workflow(fan_out("tolerate = \"25%\""));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(place.read("out/join"), "1\n3\n4\n");
  EXPECT_EQ(answer.code, 0) << answer.err;
}

TEST(Tolerate, ButNotMore) {
  Place place;
  place.write_workflow(fan_out("tolerate = \"20%\""));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"fan[i=2] FAILED", "join skipped: it needs fan[i=2], which failed\n",
                                 "5 tasks: 3 done, 0 up to date, 1 failed, 1 skipped in "}))
      << answer.err;
  EXPECT_FALSE(place.has("out/join"));
}

TEST(Tolerate, AFailureStopsOnlyWhatNeedsItAndRunsAgainAlone) {
  Place place;
  place.write_workflow(fan_out("") + stage("apart", R"(echo apart >> @/ledger; touch "$1")"));
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 1);
  EXPECT_EQ(place.ran("apart"), 1);
  place.forget_ledger();
  EXPECT_EQ(place.sluice({"run"}).code, 1);
  EXPECT_EQ(place.ledger(), "fan2\n");
}

TEST(Final, RunsWhateverHappenedBefore) {
  Place place;
  place.write_workflow(fan_out("") + stage("tidy", R"(echo tidy >> @/ledger; touch "$1")", "final = true\n"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  const std::string ledger = place.ledger();
  EXPECT_EQ(ledger.substr(ledger.size() - 5), "tidy\n") << "last of all: " << ledger;
}

TEST(Pools, LimitWhatRunsTogether) {
  Place place;
  place.write_workflow(head + R"(pools = { io = 1 }
[stage.fan]
each = { i = "1..4" }
command = ["sh", "-c", 'echo in >> @/ledger; sleep 0.1; echo out >> @/ledger; touch "$1"', "{i}", "{outputs.o}"]
outputs = { o = "out/{i}" }
pools = ["io"]
)");
  EXPECT_EQ(place.sluice({"run", "w.toml", "-j", "4"}).code, 0);
  EXPECT_EQ(place.ledger(), "in\nout\nin\nout\nin\nout\nin\nout\n");
}

TEST(Slots, AsManyAtOnceAsMinusJSays) {
  Place place;
  place.write_workflow(head + R"(
[stage.fan]
each = { i = "1..3" }
command = ["sh", "-c", 'echo in >> @/ledger; until [ $(grep -c in @/ledger) = 3 ]; do sleep 0.02; done; touch "$1"', "{i}", "{outputs.o}"]
outputs = { o = "out/{i}" }
)");
  EXPECT_EQ(place.sluice({"run", "w.toml", "-j", "3"}).code, 0) << "each waits for all three to be there";
}

TEST(Where, FiltersAFanOut) {
  Place place;
  place.write_workflow(head + R"(
[stage.fan]
each = { a = "1..3", b = ["x", "y"] }
where = "a != 2 or b == 'y'"
command = ["sh", "-c", 'echo $0 >> @/ledger; touch "$1"', "{a}{b}", "{outputs.o}"]
outputs = { o = "out/{a}{b}" }
)");
  const Answer answer = place.sluice({"run", "w.toml", "-j", "1"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.ledger(), "1x\n1y\n2y\n3x\n3y\n");
}

/// a -> b -> c
class Selection : public testing::Test {
 protected:
  Selection() {
    place.write_workflow(head + R"(
[params]
text = "hello"
[stage.a]
command = ["sh", "-c", 'echo a >> @/ledger; echo "$0" > "$1"', "{text}", "{outputs.o}"]
outputs = { o = "out/a" }
[stage.b]
command = ["sh", "-c", 'echo b >> @/ledger; cp "$0" "$1"', "{inputs.i}", "{outputs.o}"]
inputs = { i = "a.o" }
outputs = { o = "out/b" }
[stage.c]
command = ["sh", "-c", 'echo c >> @/ledger; cp "$0" "$1"', "{inputs.i}", "{outputs.o}"]
inputs = { i = "b.o" }
outputs = { o = "out/c" }
)");
  }
  std::string run(std::vector<std::string> more, int code = 0) {
    place.forget_ledger();
    more.insert(more.begin(), {"run", "w.toml"});
    answer = place.sluice(more);
    EXPECT_EQ(answer.code, code) << answer.err;
    std::string ran = place.ledger();
    std::erase(ran, '\n');
    return ran;
  }
  Place place;
  Answer answer;
};

TEST_F(Selection, UntilRunsWhatIsNeededForIt) {
  EXPECT_EQ(run({"--until", "b"}), "ab");
  EXPECT_EQ(run({}), "c");
}

TEST_F(Selection, OnlyUsesWhatIsThere) {
  EXPECT_EQ(run({"--only", "b"}, 64), "");
  EXPECT_EQ(answer.err,
            "sluice: w.toml: what is selected needs results that are not there, and that were left out:\n"
            "    b needs the result of a\n"
            "  run those first, or take back --only, --from or --until\n");
  EXPECT_EQ(run({}), "abc");
  place.remove("out/b");
  place.remove("out/c");
  EXPECT_EQ(run({"--only", "b"}), "b");
  EXPECT_EQ(run({}), "c");
}

TEST_F(Selection, FromAndForceRunAgainWhatDidNotChange) {
  EXPECT_EQ(run({}), "abc");
  EXPECT_EQ(run({"--force", "b"}), "b") << "the same content again: c has nothing new";
  EXPECT_EQ(run({"--from", "b"}), "b");
  EXPECT_EQ(run({"--force", "a", "--force", "c"}), "ac");
}

TEST_F(Selection, SetGivesAParameterAnotherValue) {
  EXPECT_EQ(run({"--set", "text=good bye"}), "abc");
  EXPECT_EQ(place.read("out/c"), "good bye\n");
  EXPECT_EQ(run({}), "abc");
  EXPECT_EQ(place.read("out/c"), "hello\n");
}

TEST_F(Selection, PlanTellsProgramsWhatItTellsPeople) {
  const json::value never = place.json({"plan", "w.toml", "--until", "a", "--json"});
  EXPECT_EQ(*json_string(never.as_object(), "workflow"), "t");
  const json::object first = never.at("tasks").at(0).as_object();
  EXPECT_EQ(*json_string(first, "task"), "a");
  EXPECT_EQ(*json_string(first, "decision"), "run");
  EXPECT_EQ(*json_string(first.at("reasons").at(0).as_object(), "text"), "it never ran");
  EXPECT_EQ(never.at("counts").at("run").as_int64(), 1);
  EXPECT_EQ(never.at("counts").at("excluded").as_int64(), 2);
  EXPECT_FALSE(place.has(".sluice")) << "a plan changes nothing";
}

TEST_F(Selection, RunTellsProgramsHowItEnded) {
  const json::value result = place.json({"run", "w.toml", "--json"});
  EXPECT_EQ(*json_string(result.as_object(), "end"), "succeeded");
  EXPECT_EQ(result.at("tasks").at("succeeded").as_int64(), 3);
  EXPECT_EQ(place.json({"run", "--json"}).at("tasks").at("up_to_date").as_int64(), 3);
}

TEST_F(Selection, CleanRemovesResultsAndTheyAreMadeAgain) {
  EXPECT_EQ(run({}), "abc");
  const Answer would = place.sluice({"clean", "b", "--dry-run"});
  EXPECT_TRUE(holds(would.out, {"would remove out/b\n", "would free 6 B in 1 place\n"})) << would.out;
  EXPECT_TRUE(place.has("out/b"));
  EXPECT_EQ(place.sluice({"clean", "b"}).code, 0);
  EXPECT_FALSE(place.has("out/b"));
  EXPECT_TRUE(place.has("out/a"));
  EXPECT_EQ(run({}), "b");
  place.write("out/notes.txt", "mine");
  EXPECT_EQ(place.sluice({"clean", "--all"}).code, 0);
  EXPECT_EQ(place.list("out"), (std::vector<std::string>{"notes.txt"}))
      << "what was never ours is never touched";
  EXPECT_EQ(run({}), "abc");
}

TEST(Set, HoldsForOneRunAndTheNextSaysWhatCameBack) {
  Place place;
  place.write_workflow("sluice = 1\nname = \"t\"\n[params]\nn = 1\n" +
                       std::string("[stage.a]\ncommand = [\"sh\", \"-c\", 'echo {n} >> @/ledger']\n"));
  EXPECT_EQ(place.sluice({"run", "w.toml", "--set", "n=5"}).code, 0);
  const std::string told =
      "sluice: n = 1, it was 5 in the last run here; `--set n=5` would give that again\n";
  EXPECT_TRUE(holds(place.sluice({"plan"}).err, {told}));
  EXPECT_EQ(place.sluice({"plan", "--set", "n=6"}).err, "");
  const Answer again = place.sluice({"run"});
  EXPECT_TRUE(again.err.starts_with(told)) << again.err;
  EXPECT_EQ(place.ledger(), "5\n1\n");
  EXPECT_EQ(place.sluice({"run"}).err.find(told), std::string::npos) << "told once";
}

}  // namespace
}  // namespace sluice::tests
