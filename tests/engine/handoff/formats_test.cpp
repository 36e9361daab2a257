// The files of a study, byte for byte: other people's clients depend on them (docs/trial-protocol.md).
#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/record_line.h"
#include "engine/handoff/bell.h"
#include "engine/handoff/job.h"
#include "engine/handoff/report.h"
#include "engine/handoff/request.h"
#include "tests/support/memory_disk.h"

namespace sluice::handoff {
namespace {

class FormatsTest : public testing::Test {
 protected:
  std::string content(const std::string& name) { return *disk.read("/t/" + name); }
  void SetUp() override { ASSERT_TRUE(disk.make_folders("/t").ok()); }

  tests::MemoryDisk disk;
};

TEST_F(FormatsTest, Layout) {
  EXPECT_EQ(trial_folder(0), "trials/000/000000");
  EXPECT_EQ(trial_folder(123), "trials/000/000123");
  EXPECT_EQ(trial_folder(45'678), "trials/045/045678");
  EXPECT_EQ(trial_folder(1'234'567), "trials/1234/1234567");
  EXPECT_EQ(run_file(2), "run.0002.json");
  EXPECT_EQ(run_file(10'000), "run.10000.json");
  EXPECT_EQ(job_file(2), "job.0002.json");
  EXPECT_EQ(status_file(2), "status.0002.json");
  EXPECT_EQ(metrics_file(2), "metrics.0002.jsonl");
  EXPECT_EQ(beat_file(2), "beat.0002");
}

TEST_F(FormatsTest, OnlyNamesOfTheLayoutAreTaken) {
  EXPECT_EQ(trial_of_name("000123"), 123);
  EXPECT_EQ(trial_of_name("1234567"), 1'234'567);
  for (const char* name : {"", "123", "0000123", "-00123", "00012x", " 00123", "99999999999999999999"})
    EXPECT_EQ(trial_of_name(name), std::nullopt) << name;
  EXPECT_EQ(run_of_file("run.0002.json"), 2);
  for (const char* name :
       {"run.2.json", "run.0000.json", "run.json", "run..json", "run.0002.json.tmp-1-0", "job.0002.json",
        "run.00002.json", "run.0002.jsonl", "run.-001.json", "run.20000.json"})
    EXPECT_EQ(run_of_file(name), std::nullopt) << name;
}

TEST_F(FormatsTest, Spec) {
  Spec spec{123, 7, {{"lr", 0.5}, {"layers", {64, 32}}}};
  ASSERT_TRUE(write(disk, "/t", spec).ok());
  EXPECT_EQ(content("spec.json"),
            "{\"v\":1,\"trial\":123,\"seed\":7,\"parameters\":{\"lr\":5E-1,\"layers\":[64,32]}}\n");
  const auto read = read_spec(disk, "/t");
  EXPECT_EQ(read->trial, 123);
  EXPECT_EQ(read->seed, 7);
  EXPECT_EQ(read->parameters, spec.parameters);
}

TEST_F(FormatsTest, RunRequest) {
  RunRequest request{{123, 2}, 27, {}};
  ASSERT_TRUE(write(disk, "/t", request).ok());
  EXPECT_EQ(content("run.0002.json"), "{\"v\":1,\"trial\":123,\"run\":2,\"until\":27}\n");
  request.resources = {4, 1, 2, 8'000'000'000, 5400.0};
  ASSERT_TRUE(write(disk, "/t", request).ok());
  EXPECT_EQ(content("run.0002.json"),
            "{\"v\":1,\"trial\":123,\"run\":2,\"until\":27,\"resources\":{\"cpus\":4,\"gpus\":1,\"ranks\":2,"
            "\"memory\":\"8000000000 B\",\"time\":\"5400.000000 s\"}}\n");
  const auto read = read_run(disk, "/t", {123, 2});
  EXPECT_EQ(read->until, 27);
  EXPECT_EQ(read->resources, request.resources);
}

TEST_F(FormatsTest, RequestsWrittenByPeople) {
  disk.put(
      "/t/run.0001.json",
      R"({"v": 1, "trial": 5, "run": 1, "until": 9, "resources": {"memory": "4 GB", "time": "1 h 30 min"}})");
  const auto read = read_run(disk, "/t", {5, 1});
  EXPECT_EQ(read->resources.memory_bytes, 4'000'000'000U);
  EXPECT_EQ(read->resources.time_s, 5400);
  EXPECT_EQ(read->resources.cpus, std::nullopt);
}

TEST_F(FormatsTest, Control) {
  ASSERT_TRUE(write(disk, "/t", handoff::Control{{123, 2}, 5, Command::cancel, 0}).ok());
  EXPECT_EQ(content("control.json"), "{\"v\":1,\"trial\":123,\"run\":2,\"seq\":5,\"command\":\"cancel\"}\n");
  ASSERT_TRUE(write(disk, "/t", handoff::Control{{123, 2}, 6, Command::run_until, 81}).ok());
  EXPECT_EQ(content("control.json"),
            "{\"v\":1,\"trial\":123,\"run\":2,\"seq\":6,\"command\":\"run_until\",\"until\":81}\n");
  const auto read = read_control(disk, "/t");
  EXPECT_EQ(read->id, (TrialRun{123, 2}));
  EXPECT_EQ(read->seq, 6);
  EXPECT_EQ(read->command, Command::run_until);
  EXPECT_EQ(read->until, 81);
}

TEST_F(FormatsTest, ACommandOfALaterVersionIsNone) {
  disk.put("/t/control.json", R"({"v":1,"trial":1,"run":1,"seq":1,"command":"resize"})");
  EXPECT_EQ(read_control(disk, "/t")->command, Command::none);
}

TEST_F(FormatsTest, Job) {
  handoff::Job job{{123, 2}, "r1/sweep/trial-000123/run-0002/1", 1, JobState::submitted, "", "", {}};
  ASSERT_TRUE(write(disk, "/t", job).ok());
  EXPECT_EQ(content("job.0002.json"),
            "{\"v\":1,\"trial\":123,\"run\":2,\"token\":\"r1/sweep/trial-000123/run-0002/1\",\"attempt\":1,"
            "\"state\":\"submitted\"}\n");
  job.state = JobState::ended;
  job.attempt = 2;
  job.outcome = "out-of-memory";
  job.message = "killed at 64 GB";
  job.record = {{"exit_code", 137}};
  ASSERT_TRUE(write(disk, "/t", job).ok());
  EXPECT_EQ(content("job.0002.json"),
            "{\"v\":1,\"trial\":123,\"run\":2,\"token\":\"r1/sweep/trial-000123/run-0002/1\",\"attempt\":2,"
            "\"state\":\"ended\",\"outcome\":\"out-of-memory\",\"message\":\"killed at 64 "
            "GB\",\"record\":{\"exit_code\":137}}\n");
  const auto read = read_job(disk, "/t", {123, 2});
  EXPECT_EQ(read->state, JobState::ended);
  EXPECT_EQ(read->token, job.token);
  EXPECT_EQ(read->attempt, 2);
  EXPECT_EQ(read->outcome, "out-of-memory");
  EXPECT_EQ(read->message, "killed at 64 GB");
  EXPECT_EQ(read->record, job.record);
}

TEST_F(FormatsTest, Status) {
  ASSERT_TRUE(
      write(disk, "/t",
            RunStatus{{123, 2}, RunResult::failed, 26, {{"loss", NAN}}, "nan", "loss is not a number"})
          .ok());
  EXPECT_EQ(content("status.0002.json"),
            "{\"v\":1,\"trial\":123,\"run\":2,\"result\":\"failed\",\"step\":26,\"metrics\":{\"loss\":null},"
            "\"reason\":\"nan\",\"message\":\"loss is not a number\"}\n");
  const auto read = read_status(disk, "/t", {123, 2});
  EXPECT_EQ(read->result, RunResult::failed);
  EXPECT_EQ(read->step, 26);
  ASSERT_EQ(read->metrics.size(), 1U);
  EXPECT_TRUE(std::isnan(read->metrics[0].second));
  EXPECT_EQ(read->reason, "nan");
}

TEST_F(FormatsTest, Beat) {
  ASSERT_TRUE(write(disk, "/t", 2, handoff::Beat{17, 4}).ok());
  EXPECT_EQ(content("beat.0002"), "{\"v\":1,\"count\":17,\"step\":4}\n");
  EXPECT_EQ(read_beat(disk, "/t", 2)->count, 17);
}

TEST_F(FormatsTest, Bell) {
  EXPECT_EQ(bell_line({123, 2}), seal_line("{\"trial\":123,\"run\":2}"));
  EXPECT_EQ(bell_line({123, 2}), "{\"trial\":123,\"run\":2}\t6c513ab3\n");
}

TEST_F(FormatsTest, Measurements) {
  const std::string line = to_line({1, 3, 1.5, {{"loss", 0.25}, {"bad", INFINITY}}});
  EXPECT_EQ(
      line,
      seal_line("{\"v\":1,\"seq\":1,\"step\":3,\"t\":1.5E0,\"metrics\":{\"loss\":2.5E-1,\"bad\":null}}"));
}

TEST_F(FormatsTest, MeasurementsAreReadAsTheyCome) {
  MeasurementReader reader("/t/metrics.0001.jsonl");
  EXPECT_EQ(reader.read(disk)->size(), 0U);
  const std::string first = to_line({1, 1, 0, {{"loss", 3}}});
  const std::string second = to_line({2, 2, 0, {{"loss", 2}}});
  disk.put("/t/metrics.0001.jsonl", first + second.substr(0, 10));
  EXPECT_EQ(reader.read(disk)->size(), 1U);
  disk.put("/t/metrics.0001.jsonl", first + second);
  const auto fresh = reader.read(disk);
  ASSERT_EQ(fresh->size(), 1U);
  EXPECT_EQ((*fresh)[0].step, 2);
  EXPECT_EQ((*fresh)[0].metrics, (Metrics{{"loss", 2.0}}));
  EXPECT_EQ(reader.read(disk)->size(), 0U);
}

TEST_F(FormatsTest, DamagedAndRepeatedMeasurementsAreCounted) {
  const auto step = [](std::int64_t number) { return to_line({number, number, 0, {{"loss", 1}}}); };
  std::string torn = step(3);
  torn[5] ^= 1;
  disk.put("/t/m", step(1) + step(2) + torn + std::string(64, '\0') + step(2) + "{}\n" +
                       seal_line("{\"step\":9}") + step(4));
  MeasurementReader reader("/t/m");
  const auto all = reader.read(disk);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[2].step, 4);
  EXPECT_EQ(reader.repeated(), 1);
  EXPECT_EQ(reader.damaged(), 4);  // flipped bit, hole of zeros, unsealed line, no metrics
}

std::string refusal(tests::MemoryDisk& disk, const std::string& text) {
  disk.put("/t/run.0002.json", text);
  const auto read = read_run(disk, "/t", {123, 2});
  return read ? "accepted" : to_string(read.error());
}

TEST_F(FormatsTest, ErrorsSayWhatIsWrongWithAFile) {
  EXPECT_EQ(refusal(disk, ""),
            "/t/run.0002.json: it is empty: was it torn by a power failure?\n  write it again");
  EXPECT_EQ(refusal(disk, "[]"), "/t/run.0002.json: it holds no JSON object");
  EXPECT_EQ(refusal(disk, "{}"),
            "/t/run.0002.json: it has no version \"v\"\n  the two sides of a study have to come from the "
            "same Sluice");
  EXPECT_EQ(refusal(disk, R"({"v":2})"),
            "/t/run.0002.json: its version is 2, known here is 1\n"
            "  the two sides of a study have to come from the same Sluice");
  EXPECT_EQ(refusal(disk, R"({"v":1,"trial":124,"run":2,"until":3})"),
            "/t/run.0002.json: it does not say that it is of trial 123\n  was it copied or renamed?");
  EXPECT_EQ(refusal(disk, R"({"v":1,"trial":123,"run":1,"until":3})"),
            "/t/run.0002.json: it does not say that it is of run 2\n  was it copied or renamed?");
  EXPECT_EQ(
      refusal(disk, R"({"v":1,"trial":123,"run":2})"),
      "/t/run.0002.json: its member \"until\" is missing or of another type\n  see docs/trial-protocol.md");
  EXPECT_EQ(
      refusal(disk, R"({"v":1,"trial":123,"run":2,"until":3,"resources":{"cpus":0}})"),
      "/t/run.0002.json: its member \"cpus\" is missing or of another type\n  see docs/trial-protocol.md");
  EXPECT_EQ(refusal(disk, R"({"v":1,"trial":123,"run":2,"until":3,"resources":{"memory":"4"}})"),
            "/t/run.0002.json: memory: '4' has no unit\n  write '4 GB' or '4 MB'");
  EXPECT_EQ(refusal(disk, std::string(2U << 20U, ' ')),
            "/t/run.0002.json: it is larger than any file of this kind");
}

TEST_F(FormatsTest, NoTornFileIsTakenForAWhole) {
  ASSERT_TRUE(write(disk, "/t", RunRequest{{123, 2}, 27, {4, 1, 2, 8'000'000'000, 5400.0}}).ok());
  const std::string text = content("run.0002.json");
  for (std::size_t size = 0; size < text.size() - 1; ++size)
    EXPECT_NE(refusal(disk, text.substr(0, size)), "accepted") << size;
}

}  // namespace
}  // namespace sluice::handoff
