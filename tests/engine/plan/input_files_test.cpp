// The files that are not ours: inputs, data files, scripts, executables.
#include <gtest/gtest.h>

#include "engine/plan/file_hashes.h"
#include "tests/engine/plan/plan_world.h"

namespace sluice::plan {
namespace {

constexpr const char* with_files = R"(
sluice = 1
[stage.analyse]
command = ["tool", "{inputs.script}", "--in={inputs.events}", "{outputs.plot}"]
inputs  = { script = "file:analyse.py", events = "file:data/events.root" }
outputs = { plot = "plot.svg" }
env     = { THREADS = "1" }
[stage.simulate]
program = "sluice-make"
args    = { detector = "clic" }
outputs = { events = "sim.root" }
)";

class PlanWithFiles : public ::testing::Test, public PlanWorld {
 protected:
  void SetUp() override {
    disk.put("/w/analyse.py", "print('hello')");
    disk.put("/w/data/events.root", "events");
    disk.put("/data/detectors/clic.toml", "radius = 1.5");
    load(with_files);
    ASSERT_EQ(run(), "analyse simulate");
    ASSERT_EQ(run(), "");
  }
  Prepared prepared(Plan& made, const std::string& name) { return *made.prepare(task(name)); }
};

TEST_F(PlanWithFiles, AChangedFileRunsWhoReadsIt) {
  disk.put("/w/analyse.py", "print('hello, world')");
  const std::string text = explain("analyse");
  EXPECT_EQ(text.substr(0, text.find('\n')), "analyse runs: input script changed: /w/analyse.py");
  EXPECT_EQ(run(), "analyse");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanWithFiles, ATouchedFileRunsNobody) {
  disk.put("/w/analyse.py", "print('hello')");
  EXPECT_EQ(run(), "");
}

TEST_F(PlanWithFiles, TheExecutableOfACommandCountsByContent) {
  disk.put("/usr/bin/tool", "another tool", true);
  const auto reasons = plan()->reasons(task("analyse"));
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(to_string(reasons[0]), "program changed: tool {" + to_hex(hash_bytes("tool")).substr(0, 12) +
                                       "} -> tool {" + to_hex(hash_bytes("another tool")).substr(0, 12) +
                                       "}");
  EXPECT_EQ(run(), "analyse");
}

TEST_F(PlanWithFiles, ADataFileCountsByContentAndNotByName) {
  disk.put("/data/detectors/clic.toml", "radius = 1.8");
  EXPECT_EQ(to_string(plan()->reasons(task("simulate")).at(0)),
            "data of --detector changed: /data/detectors/clic.toml");
  EXPECT_EQ(run(), "simulate");
  disk.put("/data/detectors/clic2.toml", "radius = 1.8");
  std::string text = with_files;
  text.replace(text.find("\"clic\""), 6, "\"clic2\"");
  load(text);
  EXPECT_EQ(run(), "");
}

TEST_F(PlanWithFiles, AHashedVariableCounts) {
  std::string text = with_files;
  text.replace(text.find("\"1\""), 3, "\"2\"");
  load(text);
  EXPECT_EQ(explain("analyse"),
            "analyse runs: environment changed: THREADS=1 -> THREADS=2\n"
            "  - env THREADS=1\n"
            "  + env THREADS=2\n");
}

TEST_F(PlanWithFiles, AMissingFileIsToldBeforeAnythingRuns) {
  ASSERT_TRUE(disk.remove_tree("/w/analyse.py"));
  EXPECT_EQ(complaint(),
            "/w/analyse.py: this input file is missing\n"
            "  put it there, or correct the path in /w/flow.toml");
}

TEST_F(PlanWithFiles, AllMissingFilesAreToldTogether) {
  ASSERT_TRUE(disk.remove_tree("/w/analyse.py"));
  ASSERT_TRUE(disk.remove_tree("/w/data/events.root"));
  EXPECT_EQ(complaint(),
            "/w/flow.toml: 2 input files are missing:\n"
            "    /w/analyse.py (analyse)\n"
            "    /w/data/events.root (analyse)\n"
            "  put it there, or correct the path in /w/flow.toml");
}

TEST_F(PlanWithFiles, AMissingFileThatNobodySelectedReadsIsNoMatter) {
  ASSERT_TRUE(disk.remove_tree("/w/analyse.py"));
  EXPECT_EQ(decisions({{"simulate"}, {}, {}, {}}), "analyse kept, simulate up-to-date");
}

TEST_F(PlanWithFiles, AFolderMayBeAnInput) {
  ASSERT_TRUE(disk.remove_tree("/w/data/events.root"));
  disk.put("/w/data/events.root/a", "1");
  disk.put("/w/data/events.root/b", "2");
  EXPECT_EQ(run(), "analyse");
  EXPECT_EQ(run(), "");
  disk.put("/w/data/events.root/c", "3");
  EXPECT_EQ(run(), "analyse");
}

// ---- changes while it runs ----

TEST_F(PlanWithFiles, AnInputThatChangesDuringAnAttemptIsNoticedAtItsEnd) {
  auto made = plan({{}, {}, {}, {"analyse"}});
  const Prepared before = prepared(*made, "analyse");
  EXPECT_EQ(*made->changed_input(task("analyse"), before.inputs), std::nullopt);
  disk.put("/w/data/events.root", "other events");
  EXPECT_EQ(*made->changed_input(task("analyse"), before.inputs), "/w/data/events.root");
  const Prepared again = prepared(*made, "analyse");
  EXPECT_NE(again.fingerprint, before.fingerprint);
  EXPECT_EQ(*made->changed_input(task("analyse"), again.inputs), std::nullopt);
}

TEST_F(PlanWithFiles, AnInputThatIsOnlyTouchedDuringAnAttemptHasNotChanged) {
  auto made = plan({{}, {}, {}, {"analyse"}});
  const Prepared before = prepared(*made, "analyse");
  disk.put("/w/data/events.root", "events");
  EXPECT_EQ(*made->changed_input(task("analyse"), before.inputs), std::nullopt);
}

TEST_F(PlanWithFiles, AnInputThatVanishesDuringAnAttemptIsAnError) {
  auto made = plan({{}, {}, {}, {"analyse"}});
  const Prepared before = prepared(*made, "analyse");
  ASSERT_TRUE(disk.remove_tree("/w/data/events.root"));
  const auto changed = made->changed_input(task("analyse"), before.inputs);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().what, "this input file is missing");
  EXPECT_EQ(changed.error().where, "/w/data/events.root");
  disk.put("/w/data/events.root", "events");
  EXPECT_EQ(prepared(*made, "analyse").fingerprint, before.fingerprint) << "it is back";
}

TEST_F(PlanWithFiles, ACommandReplacedDuringAnAttemptIsNoticedToo) {
  auto made = plan({{}, {}, {}, {"analyse"}});
  const Prepared before = prepared(*made, "analyse");
  disk.put("/usr/bin/tool", "rebuilt", true);
  EXPECT_EQ(*made->changed_input(task("analyse"), before.inputs), "/usr/bin/tool");
}

TEST_F(PlanWithFiles, WhatIsSubmittedHoursLaterIsFingerprintedAsItIsThen) {
  auto made = plan({{}, {}, {}, {"analyse"}});
  disk.put("/w/analyse.py", "print('edited meanwhile')");
  const Hash128 later = prepared(*made, "analyse").fingerprint;
  EXPECT_EQ(plan()->prepare(task("analyse"))->fingerprint, later);
}

TEST_F(PlanWithFiles, AnAdoptedAttemptIsJudgedByTheFilesOfItsSubmission) {
  const Prepared submitted = prepared(*plan({{}, {}, {}, {"analyse"}}), "analyse");
  auto next_driver = plan({{}, {}, {}, {"analyse"}});
  ASSERT_EQ(prepared(*next_driver, "analyse").fingerprint, submitted.fingerprint);
  EXPECT_EQ(*next_driver->changed_input(task("analyse"), submitted.inputs), std::nullopt);
  disk.put("/w/analyse.py", "print('edited meanwhile')");
  EXPECT_EQ(*next_driver->changed_input(task("analyse"), submitted.inputs), "/w/analyse.py");
}

// ---- remembered hashes ----

/// Counts how often a file is read.
class CountingDisk final : public tests::MemoryDisk {
 public:
  Result<Hash128> hash_file(const std::string& path) override {
    ++reads;
    if (while_reading) while_reading();
    return MemoryDisk::hash_file(path);
  }
  int reads = 0;
  std::function<void()> while_reading;
};

class RememberedHashes : public ::testing::Test {
 protected:
  RememberedHashes() {
    disk.now_ns = [this] { return clock.now - 1000 * ns_per_s; };
    disk.put("/data", "content");
  }
  void remember(FileHashes& hashes) {
    store::Transaction transaction(*store);
    hashes.save(transaction);
    ASSERT_TRUE(transaction.commit());
  }

  CountingDisk disk;
  StillClock clock;
  store::MemoryStore memory;
  std::unique_ptr<store::Store> store = *store::Store::open(memory.path());
};

TEST_F(RememberedHashes, SpareTheNextRunTheReading) {
  FileHashes first(disk, clock);
  EXPECT_EQ(first.content("/data")->hash, hash_bytes("content"));
  EXPECT_EQ(first.content("/data")->hash, hash_bytes("content"));
  EXPECT_EQ(disk.reads, 1);
  remember(first);
  FileHashes second(disk, clock);
  ASSERT_TRUE(second.load(*store));
  EXPECT_EQ(second.content("/data")->hash, hash_bytes("content"));
  EXPECT_EQ(disk.reads, 1);
}

TEST_F(RememberedHashes, DoNotOutliveAChange) {
  FileHashes hashes(disk, clock);
  (void)hashes.content("/data");
  disk.put("/data", "CONTENT");
  EXPECT_EQ(hashes.content("/data")->hash, hash_bytes("CONTENT"));
}

TEST_F(RememberedHashes, AreNotKeptOfAFileThatHasJustBeenWritten) {
  disk.now_ns = [this] { return clock.now - 2 * ns_per_s; };
  disk.put("/data", "fresh");
  FileHashes hashes(disk, clock);
  (void)hashes.content("/data");
  (void)hashes.content("/data");
  EXPECT_EQ(disk.reads, 2);
  clock.now += 10 * ns_per_s;
  (void)hashes.content("/data");
  (void)hashes.content("/data");
  EXPECT_EQ(disk.reads, 3);
}

TEST_F(RememberedHashes, AreNotKeptOfAFileFromTheFuture) {  // a server whose clock is ahead
  disk.now_ns = [this] { return clock.now + 3600 * ns_per_s; };
  disk.put("/data", "fresh");
  FileHashes hashes(disk, clock);
  (void)hashes.content("/data");
  (void)hashes.content("/data");
  EXPECT_EQ(disk.reads, 2);
}

TEST_F(RememberedHashes, AreOfOneMoment) {
  int writes = 1;
  disk.while_reading = [&] {
    if (writes-- > 0) disk.put("/data", "later");
  };
  FileHashes hashes(disk, clock);
  EXPECT_EQ(hashes.content("/data")->hash, hash_bytes("later"));
  EXPECT_EQ(disk.reads, 2) << "it changed while it was read the first time";
}

TEST_F(RememberedHashes, OfAFileThatNeverRestsAreAnError) {
  disk.while_reading = [&] { disk.put("/data", "again"); };
  FileHashes hashes(disk, clock);
  const auto content = hashes.content("/data");
  ASSERT_FALSE(content);
  EXPECT_EQ(to_string(content.error()),
            "/data: it changes while it is read\n  wait until nobody writes it any more, then run again");
}

TEST_F(RememberedHashes, OfNothingAreNothing) {
  FileHashes hashes(disk, clock);
  EXPECT_EQ(hashes.content("/nowhere")->kind, FileKind::missing);
}

}  // namespace
}  // namespace sluice::plan
