#include "executors/exit_record.h"

#include <gtest/gtest.h>

#include "executors/attempt_files.h"
#include "executors/attempt_json.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

ExitRecord full_record() {
  ExitRecord record;
  record.token = "r1/train[fold=2]/3";
  record.job = "4711_8";
  record.restart = 2;
  record.exit_code = 75;
  record.signal = 0;
  record.cause = Cause::timeout;
  record.message = "ran longer than its limit of 1 h; left 2 processes behind, ended by the runner";
  record.node = "node17";
  record.started_ns = 1'790'000'000'123'456'789;
  record.ended_ns = 1'790'000'360'123'456'789;
  record.usage = {12.5, 0.25, 3'000'000'000};
  record.gpus = {1, 3};
  record.outputs = {{"model", "model", {FileKind::folder, hash_bytes("x"), 1ULL << 40U, ~0ULL}},
                    {"log", "a/b.csv", {}}};
  return record;
}

void expect_same(const ExitRecord& a, const ExitRecord& b) {
  EXPECT_EQ(json::serialize(to_json(a)), json::serialize(to_json(b)));
}

TEST(ExitRecord, SurvivesJson) {
  const auto text = json::serialize(to_json(full_record()));
  const auto value = parse_own_json(text, "here");
  ASSERT_TRUE(value.ok());
  const auto back = exit_record_from_json(value->as_object(), "here");
  ASSERT_TRUE(back.ok()) << to_string(back.error());
  expect_same(*back, full_record());
  EXPECT_EQ(back->outputs[0].content, full_record().outputs[0].content);
  EXPECT_EQ(back->started_ns, 1'790'000'000'123'456'789);
  EXPECT_EQ(back->gpus, (std::vector<int>{1, 3}));
}

TEST(ExitRecord, SurvivesWithoutBeingPrinted) {
  const auto back = exit_record_from_json(to_json(full_record()), "here");
  ASSERT_TRUE(back.ok());
  expect_same(*back, full_record());
}

TEST(ExitRecord, IsNoneWithoutTheFactsThatDecide) {
  for (const char* member : {"token", "exit_code", "signal", "cause"}) {
    auto object = to_json(full_record());
    object.erase(member);
    const auto record = exit_record_from_json(object, "exit.1.0.json");
    ASSERT_FALSE(record.ok()) << member;
    EXPECT_EQ(to_string(record.error()),
              std::string("exit.1.0.json: an exit record without a usable '") + member +
                  "'\n  it was written by another version, or damaged; the task will be run again");
  }
}

TEST(ExitRecord, ACauseNobodyKnowsIsNoEvidence) {
  auto object = to_json(full_record());
  object["cause"] = "sunspots";
  EXPECT_FALSE(exit_record_from_json(object, "x").ok());
  object["cause"] = "";
  EXPECT_FALSE(exit_record_from_json(object, "x").ok());
}

TEST(ExitRecord, AnOutputWithABrokenHashIsNoEvidence) {
  auto object = to_json(full_record());
  object["outputs"].as_array()[0].as_object()["hash"] = "abc";
  EXPECT_FALSE(exit_record_from_json(object, "x").ok());
}

TEST(ExitFile, IsWholeOrNothing) {
  const std::string bytes = encode_exit_file(full_record());
  const auto whole = decode_exit_file(bytes, "p");
  ASSERT_TRUE(whole.ok());
  expect_same(*whole, full_record());
  for (std::size_t length = 0; length + 1 < bytes.size(); ++length)
    EXPECT_FALSE(decode_exit_file(bytes.substr(0, length), "p").ok()) << length;
  std::string flipped = bytes;
  flipped[20] = static_cast<char>(flipped[20] ^ 1);
  const auto damaged = decode_exit_file(flipped, "p");
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(to_string(damaged.error()),
            "p: a damaged exit record\n  its check sum is wrong: the attempt counts as lost");
}

TEST(ExitFile, TheLatestRestartOfTheJobCounts) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  const auto put = [&](const std::string& job, int restart, int exit_code) {
    ExitRecord record = full_record();
    record.job = job;
    record.restart = restart;
    record.exit_code = exit_code;
    ASSERT_TRUE(disk.write(exit_path(folder.path(), {job, restart}), encode_exit_file(record), Sync::no));
  };
  const auto none = find_exit_record(disk, folder.path(), "");
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
  put("7", 2, 1);
  put("7", 10, 2);
  put("7.batch", 0, 3);
  ASSERT_TRUE(disk.write(folder / "exit.7.99.json.tmp-1-2", "half", Sync::no));
  ASSERT_TRUE(disk.write(folder / "exit.7.x.json", "foreign", Sync::no));
  ASSERT_TRUE(disk.write(folder / "exit.json", "foreign", Sync::no));
  EXPECT_EQ(find_exit_record(disk, folder.path(), "7")->value().exit_code, 2);
  EXPECT_EQ(find_exit_record(disk, folder.path(), "7.batch")->value().exit_code, 3);
  EXPECT_EQ(find_exit_record(disk, folder.path(), "")->value().exit_code, 2);
  EXPECT_FALSE(find_exit_record(disk, folder.path(), "8")->has_value());
}

}  // namespace
}  // namespace sluice::executors
