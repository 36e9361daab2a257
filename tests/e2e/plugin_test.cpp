// A workflow on plug-in executors, the examples as they are shipped: drivers and plug-ins are killed on the
// way, and nothing is lost and nothing runs twice.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

/// Twelve tasks that sign the ledger and wait for the test, and one that gathers them.
constexpr const char* fan = R"(sluice = 1
name = "t"
[stage.work]
command = ["sh", "-c", 'echo $0 >> @/ledger; until [ -e @/go ]; do sleep 0.02; done; echo $0 > "$1"', "{i}", "{outputs.o}"]
each    = { i = "1..12" }
outputs = { o = "out/{i}" }
[stage.join]
command = ["sh", "-c", 'out=$0; cat "$@" > $out', "{outputs.all}", "{inputs.all}"]
inputs  = { all = "work.o" }
outputs = { all = "all" }
)";
constexpr const char* pool = R"([executor.farm]
type    = "pool"
workers = 4
)";
const std::string examples = SLUICE_SOURCE_DIR "/executors/external/examples";

class Plugin : public testing::Test {
 protected:
  explicit Plugin(const std::string& table = pool) {
    place.environment = {"SLUICE_EXECUTOR_PATH=" + examples};
    place.write_workflow(fan + table);
  }
  std::unique_ptr<AtWork> start_and_wait() {
    auto sluice = place.start({"run", "w.toml", "--executor", "farm"});
    EXPECT_TRUE(place.eventually_ran("1")) << sluice->err();
    return sluice;
  }
  void expect_the_end(const Answer& answer) {
    EXPECT_EQ(answer.code, 0) << answer.err;
    EXPECT_EQ(place.read("all"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
    for (int i = 1; i <= 12; ++i) EXPECT_EQ(place.ran(std::to_string(i)), 1) << i;
  }
  pid_t pid_of_plugin() {
    const auto value = parse_json(place.read(".sluice/external/farm/plugin.json"), "");
    return value ? static_cast<pid_t>(json_int(value->get_object(), "pid").value_or(0)) : 0;
  }
  Place place;
};

TEST_F(Plugin, RunsAWorkflow) {
  place.go();
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
  const Answer again = place.sluice({"run"});
  EXPECT_TRUE(holds(again.err, {"13 up to date"}))
      << "where a task ran is no part of what it is: " << again.err;
}

TEST_F(Plugin, AfterAKilledDriverTheNextOneFindsWhatRuns) {
  {
    auto driver = start_and_wait();
    driver->signal(SIGKILL);
    driver->wait();
  }
  EXPECT_FALSE(place.tasks_at_work().empty()) << "what the plug-in has started has outlived it";
  place.go();
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
}

TEST_F(Plugin, WhoForgetsWhereItRunsIsToldAndNothingRunsTwice) {
  start_and_wait()->signal(SIGKILL);
  const Answer forgotten = place.sluice({"run"});
  EXPECT_EQ(forgotten.code, 65) << forgotten.err;
  EXPECT_TRUE(
      holds(forgotten.err, {"attempts go on at 'farm', which this run does not use (work[i=",
                            "give the --site or --executor of the run that started them; `sluice cancel` "
                            "ends them"}))
      << forgotten.err;
  place.go();
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
}

TEST_F(Plugin, CancelRemembersWhereTheRunWas) {
  start_and_wait()->signal(SIGKILL);
  const Answer cancelled = place.sluice({"cancel"});
  EXPECT_EQ(cancelled.code, 0) << cancelled.err;
  EXPECT_TRUE(holds(cancelled.out, {"cancelled ", " attempt"})) << cancelled.out;
  EXPECT_TRUE(eventually([&] { return place.tasks_at_work().empty(); }));
}

TEST_F(Plugin, WhatCantBeReachedAnyMoreCanBeGivenUp) {
  start_and_wait()->signal(SIGKILL);
  const Answer given_up = place.sluice({"cancel", "--give-up"});
  EXPECT_EQ(given_up.code, 0) << given_up.err;
  EXPECT_TRUE(holds(given_up.out, {"gave up work[i=", ", attempt 1 at 'farm'"})) << given_up.out;
  EXPECT_EQ(
      given_up.err,
      "sluice: whether they still run is not known, and nobody looks at them any more; end them by hand "
      "before\n  `sluice run` starts their tasks again, or the same work is done twice\n");
  EXPECT_EQ(place.sluice({"cancel", "--give-up"}).out,
            "nothing to give up: no attempt is at another executor than 'local'\n");
  place.go();
  EXPECT_EQ(place.sluice({"run"}).code, 0) << "the run folder waits for nobody any more";
}

TEST_F(Plugin, WhatEndsWhileNobodyLooksIsFoundToHaveEnded) {
  start_and_wait()->signal(SIGKILL);
  place.go();
  EXPECT_TRUE(eventually([&] { return place.tasks_at_work().empty(); }));
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
}

TEST_F(Plugin, AKilledPluginIsReplacedInTheMiddleOfARun) {
  auto driver = start_and_wait();
  const pid_t first = pid_of_plugin();
  ASSERT_GT(first, 0);
  ::kill(first, SIGKILL);
  EXPECT_TRUE(eventually([&] { return pid_of_plugin() != first; })) << driver->err();
  place.go();
  const Answer answer = driver->wait();
  expect_the_end(answer);
  EXPECT_TRUE(
      holds(answer.err, {"farm: the plug-in has died (killed by signal 9); what it has started goes on, "
                         "and it is started again"}))
      << answer.err;
}

TEST_F(Plugin, AWrongSettingIsShownWhereItStands) {
  place.write_workflow(std::string(fan) + "[executor.farm]\ntype = \"pool\"\nwokers = 4\n");
  const Answer answer = place.sluice({"run", "w.toml", "--executor", "farm"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(answer.err, place.filled("sluice: the settings of the executor 'farm' are wrong\n"
                                     "  w.toml:13:10: error: the executor 'farm' has no setting 'wokers'\n"
                                     "  wokers = 4\n"
                                     "           ^\n"
                                     "  did you mean 'workers'?\n"));
  EXPECT_EQ(place.ledger(), "");
}

TEST_F(Plugin, APluginThatIsNotThereIsMissedWhereItIsNamed) {
  place.write_workflow(std::string(fan) + "[executor.farm]\ntype = \"nowhere\"\n");
  const Answer answer = place.sluice({"run", "w.toml", "--executor", "farm"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(
      answer.err,
      "sluice: the settings of the executor 'farm' are wrong\n"
      "  w.toml:11:11: error: there is no executor 'nowhere': it is not built in, and there is no program "
      "sluice-executor-nowhere\n"
      "  [executor.farm]\n"
      "            ^~~~\n"
      "  put it beside the workflow file or into a folder of SLUICE_EXECUTOR_PATH or PATH, or name it: "
      "program = \"/path/of/it\"; "
      "`sluice executor list` shows what is there\n");
}

/// The bash example around a batch system of three commands.
class WrappedBatchSystem : public Plugin {
 protected:
  WrappedBatchSystem()
      : Plugin(R"([executor.farm]
type   = "wrap"
submit = 'mini-batch @/batch submit "$SLUICE_SCRIPT"'
job_id = 'job ([0-9]+)'
status = 'mini-batch @/batch status'
cancel = 'mini-batch @/batch cancel $SLUICE_MODE $SLUICE_JOBS'
poll   = "200 ms"
)") {
    place.environment.push_back("PATH=" SLUICE_SOURCE_DIR "/tests/executors/external:/usr/bin:/bin");
  }
};

TEST_F(WrappedBatchSystem, RunsAWorkflow) {
  place.go();
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
}

TEST_F(WrappedBatchSystem, AfterAKilledDriverTheNextOneFindsItsJobs) {
  start_and_wait()->signal(SIGKILL);
  place.go();
  expect_the_end(place.sluice({"run", "w.toml", "--executor", "farm"}));
}

}  // namespace
}  // namespace sluice::tests
