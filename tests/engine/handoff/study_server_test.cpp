#include "engine/handoff/study_server.h"

#include <gtest/gtest.h>

#include "tests/engine/handoff/study_fixture.h"

namespace sluice::handoff {
namespace {

TEST_F(StudyServerTest, AStudyThatIsNotThereYetHasNoNews) {
  const News news = server.scan();
  EXPECT_EQ(told(news) + complaints(news), "");
  EXPECT_TRUE(server.has_looked_everywhere());
  ask({0, 1});
  ring({0, 1});
  EXPECT_EQ(told(server.scan()), "0.1");
}

TEST_F(StudyServerTest, TellsEachRequestOnce) {
  ask({0, 1}, 9);
  ask({1, 1}, 3);
  const News news = server.scan();
  EXPECT_EQ(told(news), "0.1 1.1");
  EXPECT_EQ(news.wanted[0].request.until, 9);
  EXPECT_EQ(news.wanted[0].folder, "/study/trials/000/000000");
  server.look_again();
  ring({0, 1});
  EXPECT_EQ(told(server.scan()), "");
}

TEST_F(StudyServerTest, AScanWithoutNewsDoesNotDependOnTheNumberOfTrials) {
  for (std::int64_t trial = 0; trial < 2500; ++trial) {
    ask({trial, 1});
    ring({trial, 1});
  }
  while (!server.has_looked_everywhere()) (void)server.scan();
  disk.calls = 0;
  (void)server.scan();
  EXPECT_EQ(disk.calls, 2);  // the bell
  ask({7, 2});
  ASSERT_TRUE(server.record(job_of({7, 1}, JobState::ended)).ok());
  ring({7, 2});
  disk.calls = 0;
  EXPECT_EQ(told(server.scan()), "7.2");
  EXPECT_LT(disk.calls, 15);
}

TEST_F(StudyServerTest, LooksThroughManyTrialsAPieceAtATime) {
  for (std::int64_t trial = 0; trial < 2500; ++trial) ask({trial, 1});
  std::size_t found = 0;
  int scans = 0;
  for (; !server.has_looked_everywhere(); ++scans) {
    const std::size_t news = server.scan(100).wanted.size();
    EXPECT_LE(news, 100U);
    found += news;
  }
  EXPECT_EQ(found, 2500U);
  EXPECT_EQ(scans, 26);  // 2500 trials in 3 folders
}

TEST_F(StudyServerTest, FindsARequestThatNobodyRangFor) {
  (void)server.scan();
  ask({3, 1});
  EXPECT_EQ(told(server.scan()), "");
  server.look_again();
  EXPECT_EQ(told(server.scan()), "3.1");
}

TEST_F(StudyServerTest, TheJobFileAnswers) {
  ask({5, 1});
  (void)server.scan();
  ASSERT_TRUE(server.submitting({5, 1}, "run/sweep/trial-000005/run-0001/1", 1).ok());
  EXPECT_EQ(*memory.read(server.fence(5)), "run/sweep/trial-000005/run-0001/1");
  EXPECT_EQ(memory.stat(server.checkpoint(5))->kind, FileKind::folder);
  EXPECT_EQ(read_job(memory, place(5), {5, 1})->state, JobState::submitted);
  Job end = job_of({5, 1}, JobState::ended);
  end.outcome = "success";
  ASSERT_TRUE(server.record(end).ok());
  EXPECT_EQ(read_job(memory, place(5), {5, 1})->outcome, "success");
}

TEST_F(StudyServerTest, TheNextRunWaitsForTheEndOfTheOneBefore) {
  ask({5, 1});
  (void)server.scan();
  ask({5, 2});
  ring({5, 2});
  EXPECT_EQ(told(server.scan()), "");
  ASSERT_TRUE(server.record(job_of({5, 1}, JobState::running)).ok());
  EXPECT_EQ(told(server.scan()), "");
  ASSERT_TRUE(server.record(job_of({5, 1}, JobState::ended)).ok());
  EXPECT_EQ(told(server.scan()), "5.2");
}

// ---- a server that starts again
// ------------------------------------------------------------------------------------

TEST_F(StudyServerTest, ANewServerSkipsWhatHasEnded) {
  ask({1, 1});
  ASSERT_TRUE(write(memory, place(1), job_of({1, 1}, JobState::ended)).ok());
  EXPECT_EQ(told(server.scan()), "");
}

TEST_F(StudyServerTest, ANewServerFindsRunsUnderWay) {
  ask({1, 1});
  ASSERT_TRUE(write(memory, place(1), job_of({1, 1}, JobState::running)).ok());
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1j");
  EXPECT_EQ(news.wanted[0].job->token, "token");
}

TEST_F(StudyServerTest, ANewServerDoesNotStartARunBesideTheOneBefore) {
  ask({1, 1});
  ask({1, 2});
  ASSERT_TRUE(write(memory, place(1), job_of({1, 1}, JobState::running)).ok());
  EXPECT_EQ(told(server.scan()), "1.1j");
  ASSERT_TRUE(server.record(job_of({1, 1}, JobState::ended)).ok());
  EXPECT_EQ(told(server.scan()), "1.2");
}

TEST_F(StudyServerTest, ANewServerDoesNotHearTheOldRings) {
  for (int i = 0; i < 1000; ++i) ring({1, 1});
  ask({1, 1});
  EXPECT_EQ(told(server.scan(3)), "1.1");
  disk.calls = 0;
  (void)server.scan();
  EXPECT_EQ(disk.calls, 2);
}

// ---- cancelling
// ----------------------------------------------------------------------------------------------------

TEST_F(StudyServerTest, CancelsARunUnderWayOnce) {
  ask({1, 1});
  (void)server.scan();
  command({1, 1}, 1, Command::cancel);
  ring({1, 1});
  EXPECT_EQ(cancelled(server.scan()), "1.1 ");
  ring({1, 1});
  EXPECT_EQ(cancelled(server.scan()), "");
  command({1, 1}, 2, Command::cancel);
  ring({1, 1});
  EXPECT_EQ(cancelled(server.scan()), "1.1 ");
}

TEST_F(StudyServerTest, ARunThatIsTakenBackBeforeItBeganIsToldAsCancelled) {
  ask({1, 1});
  command({1, 1}, 1, Command::cancel);
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1c");
  EXPECT_EQ(cancelled(news), "");
}

TEST_F(StudyServerTest, ARunUnderWayThatWasCancelledInTheMeantimeIsToldAndCancelled) {
  ask({1, 1});
  ASSERT_TRUE(write(memory, place(1), job_of({1, 1}, JobState::running)).ok());
  command({1, 1}, 1, Command::cancel);
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1j");
  EXPECT_EQ(cancelled(news), "1.1 ");
}

TEST_F(StudyServerTest, CommandsOfOtherRunsAndForTheTrialAreNotObeyed) {
  ask({1, 1});
  (void)server.scan();
  std::int64_t seq = 0;
  for (const Command other : {Command::stop, Command::run_until, Command::checkpoint, Command::none}) {
    command({1, 1}, ++seq, other);
    ring({1, 1});
    EXPECT_EQ(cancelled(server.scan()), "");
  }
  command({1, 2}, ++seq, Command::cancel);
  ring({1, 1});
  EXPECT_EQ(cancelled(server.scan()), "");
  ASSERT_TRUE(server.record(job_of({1, 1}, JobState::ended)).ok());
  command({1, 1}, ++seq, Command::cancel);
  ring({1, 1});
  EXPECT_EQ(cancelled(server.scan()), "");
}

}  // namespace
}  // namespace sluice::handoff
