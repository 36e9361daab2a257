// How far a stage is: JSON lines in the file that the engine names, a bar on a terminal, nothing otherwise.
// Counting is thread-safe and cheap; reporting is rate-limited; a progress file that can't be written never
// harms the stage.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace sluice::stage {

class Progress {
 public:
  /// An empty file: none. No terminal: nullptr.
  Progress(Clock& clock, const std::string& file, std::ostream* terminal);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The work ahead: `total` units ("events"), of which `done` were done in an earlier attempt.
  void start(std::string unit, std::int64_t total, std::int64_t done = 0);
  void add(std::int64_t count = 1);
  void note(std::string_view text);  ///< what it is doing now, in a few words
  /// The last line, with what was skipped by reason.
  void finish(const std::map<std::string, std::int64_t>& skipped);

 private:
  void report(std::int64_t now_ns, const std::map<std::string, std::int64_t>* skipped);
  void write_line(const std::map<std::string, std::int64_t>* skipped);
  void draw_bar(std::int64_t now_ns);

  Clock& clock_;
  std::ostream* terminal_;
  int file_ = -1;
  std::int64_t interval_ns_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<std::int64_t> next_report_ns_;
  std::mutex mutex_;  ///< of what follows, and of the file and the terminal
  std::int64_t total_ = 0;
  std::int64_t done_before_ = 0;
  std::int64_t started_ns_ = 0;
  std::string unit_;
  std::string note_;
  bool bar_drawn_ = false;
};

}  // namespace sluice::stage
