// The log of an attempt: one file for stdout and stderr that exists only if something was written. The
// program gets a file without a name, which receives its name at the first look after its first byte. No
// pipe, because a pipe would tie the program's life to the runner's. An unused file is handed to the next
// attempt: creating files is what costs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace sluice::executors {

struct LogFile {
  int fd = -1;
  std::string path;
  bool named = false;       ///< visible at `path`
  std::uint64_t place = 0;  ///< where a file without a name may get one: file system and group
};

class LogFiles {
 public:
  LogFiles() = default;
  LogFiles(const LogFiles&) = delete;
  LogFiles& operator=(const LogFiles&) = delete;
  ~LogFiles();

  /// `path`'s folder must exist. A file that is already there is appended to (a requeued job goes on with its
  /// log).
  Result<LogFile> open(const std::string& path);
  int last_error() const { return last_error_; }  ///< errno of the `open` that failed last
  /// Gives the file its name if something has been written; where that fails, `close` says so.
  void show(LogFile& log);
  /// `all_gone`: nobody can write to it any more, so that an unused file may serve somebody else.
  Status close(LogFile& log, bool all_gone = true);

 private:
  struct Spare {
    std::uint64_t place;
    int fd;
  };
  int take_spare(std::uint64_t place);

  Error failed(std::string what, const std::string& path);

  std::vector<Spare> spares_;
  int last_error_ = 0;
};

/// Names the log of a process whose runner died before it could: through the process's own descriptor.
Status rescue_log(pid_t pid, const std::string& path);

}  // namespace sluice::executors
