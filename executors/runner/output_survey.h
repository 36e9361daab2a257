// What an attempt left behind: each declared output with its size and its hash, taken right after the program
// ended, while the bytes are still in memory. Small files are read at once; the rest is read by threads of
// its own, because the loop that starts and ends programs must never wait for a disk.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "executors/executor.h"
#include "executors/runner/loop.h"

namespace sluice::executors {

struct SurveyResult {
  std::vector<OutputEvidence> outputs;
  std::string message;  ///< what could not be read, and why
};

class OutputSurvey {
 public:
  using Done = std::function<void(SurveyResult)>;

  explicit OutputSurvey(Loop& loop);
  OutputSurvey(const OutputSurvey&) = delete;
  OutputSurvey& operator=(const OutputSurvey&) = delete;
  ~OutputSurvey();

  /// `done` is called from the loop, perhaps before `start` returns.
  void start(const std::string& folder, const std::vector<ExpectedOutput>& outputs, Done done);

 private:
  struct Job {
    std::string folder;
    std::vector<ExpectedOutput> outputs;
    Done done;
    SurveyResult result;
  };
  void work();
  void deliver();

  Loop& loop_;
  int event_fd_ = -1;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  std::deque<Job> finished_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
};

}  // namespace sluice::executors
