// A study on a disk in memory, and the server that looks at it.
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "engine/handoff/study_server.h"
#include "tests/support/memory_disk.h"

namespace sluice::handoff {

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

}  // namespace sluice::handoff
