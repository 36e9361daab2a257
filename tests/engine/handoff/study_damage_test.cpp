// Studies on the bad day: torn files, foreign files, a disk that fails.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/base/record_line.h"
#include "tests/engine/handoff/study_fixture.h"

namespace sluice::handoff {
namespace {

using StudyDamageTest = StudyServerTest;

TEST_F(StudyDamageTest, ATornRequestIsToldOfOnceAndServedWhenItIsWhole) {
  memory.put(place(1) + "/run.0001.json", "{\"v\":1,\"tri");
  EXPECT_EQ(complaints(server.scan()).substr(0, 51), "/study/trials/000/000001/run.0001.json: not valid J");
  server.look_again();
  EXPECT_EQ(complaints(server.scan()), "");
  EXPECT_EQ(memory.stat(place(1) + "/job.0001.json")->kind, FileKind::missing);
  ask({1, 1});
  server.look_again();
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyDamageTest, ARequestThatWillNeverMakeSenseIsRefused) {
  memory.put(place(1) + "/run.0001.json",
             R"({"v":1,"trial":1,"run":1,"until":3,"resources":{"memory":"4"}})");
  const News news = server.scan();
  const std::string what =
      "/study/trials/000/000001/run.0001.json: memory: '4' has no unit\n  write '4 GB' or '4 MB'";
  EXPECT_EQ(told(news), "");
  EXPECT_EQ(complaints(news), what + "\n");
  const auto job = read_job(memory, place(1), {1, 1});
  EXPECT_EQ(job->state, JobState::ended);
  EXPECT_EQ(job->outcome, "refused");
  EXPECT_EQ(job->message, what);
  ask({1, 2});
  ring({1, 2});
  EXPECT_EQ(told(server.scan()), "1.2");
}

TEST_F(StudyDamageTest, ADamagedJobFileDoesNotHideItsRequest) {
  ask({1, 1});
  memory.put(place(1) + "/job.0001.json", "");
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1");
  EXPECT_EQ(complaints(news),
            "/study/trials/000/000001/job.0001.json: it is empty: was it torn by a power failure?\n  write "
            "it again\n");
}

TEST_F(StudyDamageTest, ADamagedBellMakesItLookEverywhere) {
  memory.put("/study/bell.jsonl", bell = "");
  (void)server.scan();
  ask({1, 1});
  memory.put("/study/bell.jsonl", bell += "{\"trial\":1,\"run\":1}\t00000000\n");
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1");
  EXPECT_EQ(complaints(news), "/study/bell.jsonl: the bell is damaged, so all trials are looked through\n");
}

TEST_F(StudyDamageTest, ABellThatWasReplacedIsReadAgain) {
  for (int i = 0; i < 10; ++i) ring({0, 1});
  (void)server.scan();
  ask({1, 1});
  memory.put("/study/bell.jsonl", bell = bell_line({1, 1}));
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyDamageTest, ANonsensicalRingIsNoTrial) {
  (void)server.scan();
  for (const char* text : {"{}", "[]", R"({"trial":-1,"run":1})", R"({"trial":1,"run":0})",
                           R"({"trial":1e99,"run":1})", R"({"trial":"1","run":1})", "not json"})
    memory.put("/study/bell.jsonl", bell += seal_line(text));
  EXPECT_EQ(told(server.scan()), "");
}

TEST_F(StudyDamageTest, AFileThatTheBellPromisedMayComeLate) {
  (void)server.scan();
  ring({1, 1});
  EXPECT_EQ(told(server.scan()), "");
  EXPECT_EQ(told(server.scan()), "");
  ask({1, 1});
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyDamageTest, AFileThatNeverComesIsGivenUp) {
  (void)server.scan();
  ring({1, 1});
  std::string said;
  for (int i = 0; i < 1000; ++i) said += complaints(server.scan());
  EXPECT_EQ(said,
            "/study/trials/000/000001/run.0001.json: the bell rang for run 1 of trial 1, but its file does "
            "not come\n");
  disk.calls = 0;
  (void)server.scan();
  EXPECT_EQ(disk.calls, 2);
}

TEST_F(StudyDamageTest, ADiskThatFailsForAMomentIsTriedAgain) {
  memory.put("/study/bell.jsonl", "");
  (void)server.scan();
  ask({1, 1});
  ring({1, 1});
  disk.fail_reads = 2;  // the bell, then the request
  EXPECT_EQ(complaints(server.scan()), "/study/bell.jsonl: can't read it: Stale file handle\n");
  EXPECT_EQ(told(server.scan()), "");
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyDamageTest, ForeignThingsAreLeftAloneAndNamedOnce) {
  memory.put("/study/trials/notes.txt", "");
  memory.put("/study/trials/000/README", "");
  memory.put("/study/trials/000/001234/run.0001.json", "");  // in the wrong thousand
  memory.put("/study/trials/000/.nfs0001", "");
  memory.put("/study/trials/000/000001/run.0001.json~", "");
  memory.put("/study/trials/000/000001/run.1.json", "");
  memory.put("/study/trials/000/000001/run.0001.json.tmp-77-0", "half");
  ask({2, 1});
  const News news = server.scan();
  EXPECT_EQ(told(news), "2.1");
  EXPECT_EQ(complaints(news),
            "/study/trials/notes.txt: this is no folder of trials; it is left alone\n"
            "/study/trials/000/001234: this is no trial of this folder; it is left alone\n"
            "/study/trials/000/README: this is no trial of this folder; it is left alone\n");
  server.look_again();
  EXPECT_EQ(complaints(server.scan()), "");
}

TEST_F(StudyDamageTest, AFolderWhereAFileShouldBe) {
  ASSERT_TRUE(memory.make_folders(place(1) + "/run.0001.json").ok());
  EXPECT_EQ(complaints(server.scan()), "/study/trials/000/000001/run.0001.json: it is not a file\n");
}

TEST_F(StudyDamageTest, AControlFileOfAnotherTrialIsNotObeyed) {
  ask({1, 1});
  (void)server.scan();
  ASSERT_TRUE(write(memory, place(1), Control{{2, 1}, 1, Command::cancel, 0}).ok());
  ring({1, 1});
  const News news = server.scan();
  EXPECT_EQ(cancelled(news), "");
  EXPECT_EQ(complaints(news), "/study/trials/000/000001/control.json: it is of trial 2\n  was it copied?\n");
}

TEST_F(StudyDamageTest, SurvivesDamagedStudies) {
  ask({1, 1});
  ask({1, 2}, 27);
  ask({2, 1});
  command({2, 1}, 3, Command::cancel);
  ASSERT_TRUE(write(memory, place(1), job_of({1, 1}, JobState::ended)).ok());
  const std::vector<std::string> files = memory.files("/study");
  std::map<std::string, std::string> sound = {{"/study/bell.jsonl", bell_line({1, 2}) + bell_line({2, 1})}};
  for (const std::string& file : files) sound[file] = *memory.read(file);
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    for (auto [file, bytes] : sound) {
      if (random() % 3 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
      if (random() % 5 == 0) bytes.resize(random() % bytes.size());
      memory.put(file, bytes);
    }
    ASSERT_TRUE(memory.remove_tree(place(1) + "/job.0002.json").ok());
    ASSERT_TRUE(memory.remove_tree(place(2) + "/job.0001.json").ok());
    StudyServer fresh(disk, "/study");
    for (int scans = 0; scans < 3; ++scans) {
      fresh.look_again();
      for (const Wanted& wanted : fresh.scan().wanted) {
        EXPECT_EQ(wanted.folder, place(wanted.request.id.trial));
        EXPECT_TRUE(fresh.submitting(wanted.request.id, "token", 1).ok());
      }
    }
  }
}

TEST_F(StudyDamageTest, AnAnswerThatCannotBeWrittenIsAnError) {
  ask({1, 1});
  (void)server.scan();
  memory.before_change = [](const std::string&, const std::string&) { return ENOSPC; };
  EXPECT_EQ(server.record(job_of({1, 1}, JobState::ended)).error().kind, ErrorKind::io);
  memory.before_change = nullptr;
  ask({1, 2});
  ring({1, 2});
  EXPECT_EQ(told(server.scan()), "") << "the run before has no end on record yet";
  ASSERT_TRUE(server.record(job_of({1, 1}, JobState::ended)).ok());
  EXPECT_EQ(told(server.scan()), "1.2");
}

}  // namespace
}  // namespace sluice::handoff
