// Programs on their worst day: what they do is told, and what they leave behind is not taken for a result.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

/// One stage called `a` with an output `o` at out/a, which runs this script.
std::string stage(const std::string& script, const std::string& more = {}) {
  return "sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"sh\", \"-c\", '''" + script +
         "''', \"a\", \"{outputs.o}\"]\noutputs = { o = \"out/a\" }\n" + more;
}

TEST(BadProgram, OneThatIsNotThereIsAnErrorOfTheWorkflow) {
  Place place;
  place.write_workflow(
      "sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"no-such-program\", \"{outputs.o}\"]\noutputs = { o "
      "= \"a\" }\n");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_TRUE(holds(answer.err, {"w.toml:4:12: error: there is no program 'no-such-program'\n"
                                 "  command = [\"no-such-program\", \"{outputs.o}\"]\n"
                                 "             ^~~~~~~~~~~~~~~~~\n",
                                 "1 error\n"}))
      << answer.err;
}

TEST(BadProgram, AFileThatIsNotExecutableIsAnErrorOfTheWorkflow) {
  Place place;
  place.write("tool.sh", "#!/bin/sh\n");
  place.write_workflow(
      "sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"./tool.sh\", \"{outputs.o}\"]\noutputs = { o = "
      "\"a\" }\n");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_TRUE(holds(answer.err, {place.filled("w.toml:4:12: error: @/tool.sh is not executable\n"
                                              "  command = [\"./tool.sh\", \"{outputs.o}\"]\n"
                                              "             ^~~~~~~~~~~\n"
                                              "  chmod +x @/tool.sh\n")}))
      << answer.err;
}

TEST(BadProgram, OneWhoseInterpreterIsMissingFailsAndSaysSo) {
  Place place;
  place.write("tool.sh", "#!/no/such/interpreter\n");
  ::chmod(place.path("tool.sh").c_str(), 0755);
  place.write_workflow(
      "sluice = 1\nname = \"t\"\n[stage.a]\ncommand = [\"./tool.sh\", \"{outputs.o}\"]\noutputs = { o = "
      "\"a\" }\n");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"a FAILED", "it could not be started"})) << answer.err;
}

TEST(BadProgram, ThatExitsWithZeroWithoutItsOutputHasFailed) {
  Place place;
  place.write_workflow(stage("true"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err,
                    {"[1/1] a FAILED", ": it ended with exit code 0 but did not write its output o (a)\n"}))
      << answer.err;
  EXPECT_FALSE(place.has("out/a"));
}

TEST(BadProgram, KilledInTheMiddleOfItsOutputLeavesNothingVisible) {
  Place place;
  place.write_workflow(stage(R"(echo half > "$1"; kill -9 $$)"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"a FAILED", "killed by signal 9 (Killed)"})) << answer.err;
  EXPECT_FALSE(place.has("out/a"));
}

TEST(BadProgram, AFailureKeepsTheResultOfBeforeAndShowsTheLastLinesOfItsLog) {
  Place place;
  place.write("in", "1");
  const std::string inputs = "inputs = { i = \"file:in\" }\n";
  place.write_workflow(
      stage(R"(cat ../../../../in > "$1"; test -e @/bad && echo "no good" && exit 3; true)", inputs));
  ASSERT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  place.write("in", "2");
  place.write("bad", "");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"a FAILED", ": exit code 3\n    | no good\n    log: " +
                                                 place.path(".sluice/attempts/a/2/log.txt")}))
      << answer.err;
  EXPECT_EQ(place.read("out/a"), "1") << "an output is replaced by a better one only";
  place.remove("bad");
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  EXPECT_EQ(place.read("out/a"), "2");
}

TEST(BadProgram, TenMegabytesOnStderrAreKeptAndShownInTenLines) {
  Place place;
  place.write_workflow(
      stage(R"(head -c 10000000 /dev/zero | tr '\0' 'x' | fold -w 100 >&2; echo "the end" >&2; exit 9)"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {": exit code 9\n    | ...\n", "xxxxthe end\n"})) << answer.err;
  EXPECT_LT(answer.err.size(), 3000u);
  EXPECT_GT(place.read(".sluice/attempts/a/1/log.txt").size(), 10'000'000u);
}

TEST(BadProgram, WhatItLeavesBehindIsGoneBeforeItsResultCounts) {
  Place place;
  place.write_workflow(stage(
      R"((trap '' TERM HUP; while :; do sleep 0.05; done) & (setsid sh -c "while :; do sleep 0.05; done" &) ; echo done > "$1")"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("out/a"), "done\n");
  EXPECT_TRUE(place.tasks_at_work().empty());
}

TEST(BadProgram, AnOutputThatIsALinkIsNoOutput) {
  Place place;
  place.write("elsewhere", "x");
  place.write_workflow(stage(R"(ln -s @/elsewhere "$1")"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(
      holds(answer.err, {"a FAILED", "/a: the output is a link\n  let the task write the file itself"}))
      << answer.err;
  EXPECT_FALSE(place.has("out/a"));
}

TEST(BadProgram, AnInputThatChangesWhileItRunsSpoilsIt) {
  Place place;
  place.write("in", "before");
  place.write_workflow(
      stage(R"(cat @/in > "$1"; echo "after the run began" > @/in)", "inputs = { i = \"file:in\" }\n"));
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"a FAILED", ": its input ", "/in changed while it ran; run again"}))
      << answer.err;
  EXPECT_FALSE(place.has("out/a"));
}

}  // namespace
}  // namespace sluice::tests
