// The runner's evidence: an append-only file of sealed lines (engine/base/record_line.h). A line is handed to
// the kernel before anybody is told what it says, so a killed process loses nothing; a thread brings the
// lines to the disk twice a second, so a power failure loses no more than that. When the disk is full, a
// reserve is given up; after that the lines wait in memory until there is room.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "engine/base/result.h"

namespace sluice::executors {

std::string journal_path(const std::string& folder);

class Journal {
 public:
  /// The file must not exist: one journal has one writer in its life.
  static Result<std::unique_ptr<Journal>> create(const std::string& folder);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();  ///< flushes and syncs

  /// Takes a line; returns where its text will stand in the file.
  std::uint64_t append(std::string_view text);
  /// Hands all lines to the kernel. False when it would not take them; they are kept.
  bool flush();
  /// Why the last flush or sync failed; empty when all is well.
  std::string trouble() const;

  /// A text that was appended, from the file or, if it still waits, from memory.
  std::string read(std::uint64_t position, std::size_t length) const;

 private:
  Journal(std::string folder, int fd);
  bool write_pending();
  void make_reserve();
  bool give_up_reserve();
  void sync_now_and_then();

  std::string folder_;
  int fd_;
  std::uint64_t written_ = 0;  ///< bytes in the file
  std::string pending_;
  int flush_error_ = 0;
  bool reserve_ = false;

  std::atomic<int> sync_error_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool dirty_ = false;
  bool closing_ = false;
  std::thread syncer_;
};

}  // namespace sluice::executors
