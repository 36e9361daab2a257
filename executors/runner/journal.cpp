#include "executors/runner/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "engine/base/disk.h"
#include "engine/base/record_line.h"

namespace sluice::executors {

namespace {

constexpr off_t reserve_bytes = 1 << 20;
constexpr std::chrono::milliseconds sync_pause{500};

std::string reserve_path(const std::string& folder) { return join_path(folder, "reserve"); }

}  // namespace

std::string journal_path(const std::string& folder) { return join_path(folder, "journal"); }

Result<std::unique_ptr<Journal>> Journal::create(const std::string& folder) {
  const std::string path = journal_path(folder);
  const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return io_error("can't make the runner's journal", path, errno);
  return std::unique_ptr<Journal>(new Journal(folder, fd));
}

Journal::Journal(std::string folder, int fd) : folder_(std::move(folder)), fd_(fd) {
  make_reserve();
  syncer_ = std::thread([this] { sync_now_and_then(); });
}

Journal::~Journal() {
  flush();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  syncer_.join();
  ::fdatasync(fd_);
  ::close(fd_);
  ::unlink(reserve_path(folder_).c_str());
}

std::uint64_t Journal::append(std::string_view text) {
  const std::uint64_t position = written_ + pending_.size();
  pending_ += seal_line(text);
  return position;
}

bool Journal::flush() {
  if (pending_.empty()) return flush_error_ == 0;
  const bool had_trouble = flush_error_ != 0;
  if (!write_pending() && !(give_up_reserve() && write_pending())) return false;
  if (had_trouble) make_reserve();
  const std::lock_guard lock(mutex_);
  if (!dirty_) wake_.notify_one();
  dirty_ = true;
  return true;
}

/// A line may be cut in the middle when the disk is full; the rest follows at exactly that place, as nobody
/// else writes.
bool Journal::write_pending() {
  while (!pending_.empty()) {
    const ssize_t count = ::write(fd_, pending_.data(), pending_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      flush_error_ = errno;
      return false;
    }
    written_ += static_cast<std::uint64_t>(count);
    pending_.erase(0, static_cast<std::size_t>(count));
  }
  flush_error_ = 0;
  return true;
}

void Journal::make_reserve() {
  if (reserve_) return;
  const std::string path = reserve_path(folder_);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  reserve_ = fd >= 0 && ::posix_fallocate(fd, 0, reserve_bytes) == 0;
  if (fd >= 0) ::close(fd);
  if (!reserve_) ::unlink(path.c_str());
}

bool Journal::give_up_reserve() {
  if (!reserve_) return false;
  reserve_ = false;
  return ::unlink(reserve_path(folder_).c_str()) == 0;
}

std::string Journal::trouble() const {
  const int error_number = flush_error_ != 0 ? flush_error_ : sync_error_.load();
  return error_number == 0
             ? ""
             : to_string(io_error("can't write the runner's journal", journal_path(folder_), error_number));
}

std::string Journal::read(std::uint64_t position, std::size_t length) const {
  std::string text(length, '\0');
  std::size_t done = 0;
  while (done < length && position + done < written_) {
    const ssize_t count =
        ::pread(fd_, text.data() + done, length - done, static_cast<off_t>(position + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return "";
    done += static_cast<std::size_t>(count);
  }
  if (done < length) text.replace(done, length - done, pending_, position + done - written_, length - done);
  return text;
}

void Journal::sync_now_and_then() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return dirty_ || closing_; });
    if (closing_) return;
    dirty_ = false;
    lock.unlock();
    sync_error_ = ::fdatasync(fd_) == 0 ? 0 : errno;
    lock.lock();
    // Together with others is cheaper, and every sync makes the file system's other users wait.
    wake_.wait_for(lock, sync_pause, [this] { return closing_; });
  }
}

}  // namespace sluice::executors
