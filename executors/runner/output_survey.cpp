#include "executors/runner/output_survey.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "engine/base/disk.h"

namespace sluice::executors {

namespace {

constexpr std::uint64_t read_at_once_bytes = 1U << 20U;
constexpr std::size_t most_threads = 4;

SurveyResult read_outputs(const std::string& folder, const std::vector<ExpectedOutput>& outputs) {
  RealDisk disk;
  SurveyResult result;
  for (const auto& output : outputs) {
    OutputEvidence evidence{output.name, output.path, {}};
    auto content = digest(disk, join_path(folder, output.path));
    if (content) {
      evidence.content = *content;
    } else {
      if (!result.message.empty()) result.message += "; ";
      result.message += "output '" + output.name + "': " + to_string(content.error());
    }
    result.outputs.push_back(std::move(evidence));
  }
  return result;
}

/// Whether all of it is small plain files (or not there): then reading takes less time than handing it over.
bool is_quick(const std::string& folder, const std::vector<ExpectedOutput>& outputs) {
  RealDisk disk;
  std::uint64_t bytes = 0;
  for (const auto& output : outputs) {
    const auto stat = disk.stat(join_path(folder, output.path));
    if (!stat || (stat->exists() && stat->kind != FileKind::file)) return false;
    bytes += stat->size;
  }
  return bytes <= read_at_once_bytes;
}

}  // namespace

OutputSurvey::OutputSurvey(Loop& loop) : loop_(loop), event_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  loop_.watch(event_fd_, EPOLLIN, [this](std::uint32_t) { deliver(); });
}

OutputSurvey::~OutputSurvey() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  loop_.forget(event_fd_);
  ::close(event_fd_);
}

void OutputSurvey::start(const std::string& folder, const std::vector<ExpectedOutput>& outputs, Done done) {
  if (is_quick(folder, outputs)) {
    done(read_outputs(folder, outputs));
    return;
  }
  const std::lock_guard lock(mutex_);
  waiting_.push_back({folder, outputs, std::move(done), {}});
  if (threads_.size() < most_threads) threads_.emplace_back([this] { work(); });
  wake_.notify_one();
}

void OutputSurvey::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.result = read_outputs(job.folder, job.outputs);
    lock.lock();
    finished_.push_back(std::move(job));
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(event_fd_, &one, sizeof one);
  }
}

void OutputSurvey::deliver() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_fd_, &count, sizeof count);
  std::deque<Job> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (auto& job : finished) job.done(std::move(job.result));
}

}  // namespace sluice::executors
