#include "engine/handoff/study_server.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <random>

#include "engine/base/record_line.h"
#include "tests/support/memory_disk.h"

namespace sluice::handoff {
namespace {

/// Counts what a scan asks of the disk.
class CountingDisk final : public Disk {
 public:
  explicit CountingDisk(Disk& disk) : disk_(disk) {}
  int calls = 0;
  int fail_reads = 0;  ///< so many reads fail, as on a stale handle

  Result<FileStat> stat(const std::string& path) override { return ++calls, disk_.stat(path); }
  Result<FileStat> stat_link(const std::string& path) override { return ++calls, disk_.stat_link(path); }
  Result<std::string> read(const std::string& path) override {
    ++calls;
    if (fail_reads > 0 && fail_reads-- > 0) return io_error("can't read it", path, ESTALE);
    return disk_.read(path);
  }
  Status write(const std::string& path, std::string_view bytes, Sync sync) override {
    return disk_.write(path, bytes, sync);
  }
  Status make_folders(const std::string& path) override { return disk_.make_folders(path); }
  Status rename(const std::string& from, const std::string& to) override { return disk_.rename(from, to); }
  Status copy_file(const std::string& from, const std::string& to, bool executable) override {
    return disk_.copy_file(from, to, executable);
  }
  Status remove_tree(const std::string& path) override { return disk_.remove_tree(path); }
  Result<bool> remove_empty_folder(const std::string& path) override {
    return disk_.remove_empty_folder(path);
  }
  Result<std::vector<FolderEntry>> list(const std::string& path) override {
    return ++calls, disk_.list(path);
  }
  Result<Hash128> hash_file(const std::string& path) override { return disk_.hash_file(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return disk_.free_bytes(path); }

 private:
  Disk& disk_;
};

class StudyServerTest : public testing::Test {
 protected:
  static std::string place(std::int64_t trial) { return "/study/" + trial_folder(trial); }
  /// What a sweep does to ask for a run.
  void ask(TrialRun id, std::int64_t until = 1) {
    ASSERT_TRUE(memory.make_folders(place(id.trial)).ok());
    ASSERT_TRUE(write(memory, place(id.trial), RunRequest{id, until, {}}).ok());
  }
  void ring(TrialRun id) { memory.put("/study/bell.jsonl", bell += bell_line(id)); }
  void command(TrialRun id, std::int64_t seq, Command command) {
    ASSERT_TRUE(write(memory, place(id.trial), Control{id, seq, command, 0}).ok());
  }
  static Job job_of(TrialRun id, JobState state) { return {id, "token", 1, state, "", "", {}}; }
  /// "1.2 3.1": the runs that are told, with marks: j has a job, c is cancelled.
  static std::string told(const News& news) {
    std::string text;
    for (const Wanted& wanted : news.wanted) {
      const TrialRun& id = wanted.request.id;
      text += (text.empty() ? "" : " ") + std::to_string(id.trial) + "." + std::to_string(id.run);
      text += std::string(wanted.job ? "j" : "") + (wanted.cancelled ? "c" : "");
    }
    return text;
  }
  static std::string cancelled(const News& news) {
    std::string text;
    for (const TrialRun& id : news.cancels)
      text += std::to_string(id.trial) + "." + std::to_string(id.run) + " ";
    return text;
  }
  static std::string complaints(const News& news) {
    std::string text;
    for (const std::string& complaint : news.complaints) text += complaint + "\n";
    return text;
  }

  tests::MemoryDisk memory;
  CountingDisk disk{memory};
  StudyServer server{disk, "/study"};
  std::string bell;
};

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

// ---- damaged and foreign files
// -------------------------------------------------------------------------------------

TEST_F(StudyServerTest, ATornRequestIsToldOfOnceAndServedWhenItIsWhole) {
  memory.put(place(1) + "/run.0001.json", "{\"v\":1,\"tri");
  EXPECT_EQ(complaints(server.scan()).substr(0, 51), "/study/trials/000/000001/run.0001.json: not valid J");
  server.look_again();
  EXPECT_EQ(complaints(server.scan()), "");
  EXPECT_EQ(memory.stat(place(1) + "/job.0001.json")->kind, FileKind::missing);
  ask({1, 1});
  server.look_again();
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyServerTest, ARequestThatWillNeverMakeSenseIsRefused) {
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

TEST_F(StudyServerTest, ADamagedJobFileDoesNotHideItsRequest) {
  ask({1, 1});
  memory.put(place(1) + "/job.0001.json", "");
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1");
  EXPECT_EQ(complaints(news),
            "/study/trials/000/000001/job.0001.json: it is empty: was it torn by a power failure?\n  write "
            "it again\n");
}

TEST_F(StudyServerTest, ADamagedBellMakesItLookEverywhere) {
  memory.put("/study/bell.jsonl", bell = "");
  (void)server.scan();
  ask({1, 1});
  memory.put("/study/bell.jsonl", bell += "{\"trial\":1,\"run\":1}\t00000000\n");
  const News news = server.scan();
  EXPECT_EQ(told(news), "1.1");
  EXPECT_EQ(complaints(news), "/study/bell.jsonl: the bell is damaged, so all trials are looked through\n");
}

TEST_F(StudyServerTest, ABellThatWasReplacedIsReadAgain) {
  for (int i = 0; i < 10; ++i) ring({0, 1});
  (void)server.scan();
  ask({1, 1});
  memory.put("/study/bell.jsonl", bell = bell_line({1, 1}));
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyServerTest, ANonsensicalRingIsNoTrial) {
  (void)server.scan();
  for (const char* text : {"{}", "[]", R"({"trial":-1,"run":1})", R"({"trial":1,"run":0})",
                           R"({"trial":1e99,"run":1})", R"({"trial":"1","run":1})", "not json"})
    memory.put("/study/bell.jsonl", bell += seal_line(text));
  EXPECT_EQ(told(server.scan()), "");
}

TEST_F(StudyServerTest, AFileThatTheBellPromisedMayComeLate) {
  (void)server.scan();
  ring({1, 1});
  EXPECT_EQ(told(server.scan()), "");
  EXPECT_EQ(told(server.scan()), "");
  ask({1, 1});
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyServerTest, AFileThatNeverComesIsGivenUp) {
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

TEST_F(StudyServerTest, ADiskThatFailsForAMomentIsTriedAgain) {
  memory.put("/study/bell.jsonl", "");
  (void)server.scan();
  ask({1, 1});
  ring({1, 1});
  disk.fail_reads = 2;  // the bell, then the request
  EXPECT_EQ(complaints(server.scan()), "/study/bell.jsonl: can't read it: Stale file handle\n");
  EXPECT_EQ(told(server.scan()), "");
  EXPECT_EQ(told(server.scan()), "1.1");
}

TEST_F(StudyServerTest, ForeignThingsAreLeftAloneAndNamedOnce) {
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

TEST_F(StudyServerTest, AFolderWhereAFileShouldBe) {
  ASSERT_TRUE(memory.make_folders(place(1) + "/run.0001.json").ok());
  EXPECT_EQ(complaints(server.scan()), "/study/trials/000/000001/run.0001.json: it is not a file\n");
}

TEST_F(StudyServerTest, AControlFileOfAnotherTrialIsNotObeyed) {
  ask({1, 1});
  (void)server.scan();
  ASSERT_TRUE(write(memory, place(1), Control{{2, 1}, 1, Command::cancel, 0}).ok());
  ring({1, 1});
  const News news = server.scan();
  EXPECT_EQ(cancelled(news), "");
  EXPECT_EQ(complaints(news), "/study/trials/000/000001/control.json: it is of trial 2\n  was it copied?\n");
}

TEST_F(StudyServerTest, SurvivesDamagedStudies) {
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

TEST_F(StudyServerTest, AnAnswerThatCannotBeWrittenIsAnError) {
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
