// `sluice status`: whole texts of the example run.
#include "engine/report/status.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/report/read_run.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

struct FixedClock final : Clock {
  std::int64_t wall_ns() override { return tests::example_start_ns + 100'070 * tests::second_ns; }
  std::int64_t mono_ns() override { return wall_ns(); }
};

struct StatusTest : ::testing::Test {
  tests::TemporaryFolder folder;
  Terminal terminal{false, false, false, 80, 24};

  StatusTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  RunSummary read(bool ended) {
    tests::write_example_run(folder.path(), {.ended = ended}).reset();
    auto store = open_for_reading(folder.path());
    RealProcesses processes;
    FixedClock clock;
    auto summary =
        read_run(**store, processes, clock,
                 {.run_folder = folder.path(), .with_history = false, .most_failures = 10, .log_lines = 2});
    if (!summary) throw std::runtime_error(to_string(summary.error()));
    return std::move(*summary);
  }
};

TEST_F(StatusTest, OfAnEndedRun) {
  const RunSummary summary = read(true);
  EXPECT_EQ(status_text(summary, terminal),
            "mlpf-clic: failed after 1 min 24 s, started 2026-11-22 11:46:40 UTC (run " + summary.run +
                ")\n"
                "  simulate    ===============================  8/8  8 up to date\n"
                "  import      ###########################xxxx  8/8  1 failed\n"
                "  preprocess  -------------------------------  1/1  1 skipped\n"
                "  sweep       -------------------------------  1/1  1 skipped\n"
                "  train       -------------------------------  1/1  1 skipped\n"
                "  summary     -------------------------------  1/1  1 cancelled\n"
                "\n"
                "import[sample=<b>tt&bar</b>,shard=3] FAILED after 3 s: exit code 65\n"
                "    | ...\n"
                "    | reading event 30\n"
                "    | error: no collection 'MCParticles' in </pre><script>alert('log')</script>\n"
                "    log: .sluice/attempts/15.2/log.txt\n"
                "`sluice logs TASK` shows all that a task printed\n"
                "\n"
                "notes:\n"
                "  2026-11-22 11:47:34 UTC  unreachable: slurm: <i>socket timed out</i>\n");
}

TEST_F(StatusTest, OfARunThatGoesOn) {
  RunSummary summary = read(false);
  summary.state = "running";
  summary.ended_ns = summary.now_ns;
  summary.owner = {{"login3", 4242, summary.now_ns - 12 * tests::second_ns, true, false}};
  summary.failure_count = 0;
  summary.notes.clear();
  summary.running.at(0).progress = TaskProgress{2, 8, "events", "warm", 90};
  EXPECT_EQ(status_text(summary, terminal),
            "mlpf-clic: running for 1 min 10 s, started 2026-11-22 11:46:40 UTC (run " + summary.run +
                ")\n"
                "driven by login3 pid 4242, heartbeat 12 s ago\n"
                "  simulate    ===============================  8/8  8 up to date\n"
                "  import      #######################xxxx>>>>  7/8  1 failed, 1 running\n"
                "  preprocess  ...............................  0/1\n"
                "  sweep       ...............................  0/1\n"
                "  train       ...............................  0/1\n"
                "  summary     ...............................  0/1\n"
                "\n"
                "running:\n"
                "  import[sample=<b>tt&bar</b>,shard=4]  local 4711 on login3  13 s\n"
                "    25% of 8 events, about 1 min 30 s left; warm\n");
  EXPECT_EQ(json::serialize(status_json(summary).at("running").at(0).at("progress")),
            R"({"done":2,"total":8,"unit":"events","note":"warm","seconds_left":9E1})");
}

TEST_F(StatusTest, OfARunWhoseDriverIsGone) {
  const std::string text = status_text(read(false), terminal);
  EXPECT_EQ(text.substr(0, text.find('(')), "mlpf-clic: interrupted, started 2026-11-22 11:46:40 UTC ");
  EXPECT_NE(
      text.find("its driver is gone; `sluice run` goes on where it was, and finds again what still runs\n"),
      text.npos);
  EXPECT_NE(text.find("\nmay still run:\n  import[sample=<b>tt&bar</b>,shard=4]"), text.npos);
}

TEST_F(StatusTest, WhatHasEndedUnrecordedIsNotShownAsRunning) {
  tests::write_example_run(folder.path(), {.ended = false}).reset();
  auto store = open_for_reading(folder.path());
  std::unordered_set<std::string> tokens;
  const auto live = (*store)->live_attempts();
  ASSERT_TRUE(live);
  for (const auto& attempt : *live) tokens.insert(attempt.token());
  RealProcesses processes;
  FixedClock clock;
  const auto summary =
      read_run(**store, processes, clock,
               {.run_folder = folder.path(), .with_history = false, .most_failures = 0, .ended = [&] {
                  return tokens;
                }});
  ASSERT_TRUE(summary) << to_string(summary.error());
  const std::string text = status_text(*summary, terminal);
  EXPECT_EQ(text.find("may still run"), text.npos) << text;
  EXPECT_NE(text.find("\nended, not recorded yet; `sluice run` takes them in:\n"
                      "  import[sample=<b>tt&bar</b>,shard=4]  local 4711 on login3\n"),
            text.npos)
      << text;
  EXPECT_EQ(summary->total().running, 0U);
  const auto json = status_json(*summary);
  EXPECT_EQ(json.as_object().at("running").as_array().at(0).as_object().at("state"), "ended");
}

TEST_F(StatusTest, AsJsonSaysTheSame) {
  const auto value = parse_json(json::serialize(status_json(read(true))), "status");
  ASSERT_TRUE(value);
  const json::object& object = value->as_object();
  EXPECT_EQ(json_string(object, "workflow"), "mlpf-clic");
  EXPECT_EQ(json_string(object, "state"), "failed");
  EXPECT_EQ(json_double(object, "seconds"), 84);
  EXPECT_TRUE(object.at("owner").is_null());
  const json::object& tasks = *json_object(object, "tasks");
  EXPECT_EQ(json_int(tasks, "total"), 20);
  EXPECT_EQ(json_int(tasks, "failed"), 1);
  const json::array& failures = *json_array(object, "failures");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(json_string(failures[0].as_object(), "task"), "import[sample=<b>tt&bar</b>,shard=3]");
  EXPECT_EQ(json_array(object, "stages")->size(), 7u);
}

}  // namespace
}  // namespace sluice::report
