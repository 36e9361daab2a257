// The process seam: who am I, who else is alive, and running a short helper program to its end
// (`--describe`).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace sluice {

/// Names one process for ever: pids come back, a pid with its start time on one boot does not.
struct ProcessId {
  std::string host;
  std::string boot_id;
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat

  bool operator==(const ProcessId&) const = default;
};

enum class Liveness { alive, dead, unknown };  ///< unknown: it lives (or not) on another host

struct Captured {
  int exit_code = 0;  ///< 128 + signal for a killed process
  std::string out;
  std::string err;
};

class Processes {
 public:
  virtual ~Processes() = default;
  virtual ProcessId self() = 0;
  virtual Liveness liveness(const ProcessId& process) = 0;
  /// Runs to the end, at most `timeout_s` seconds; error if it can't be started or takes too long.
  virtual Result<Captured> capture(const std::vector<std::string>& argv, int timeout_s) = 0;
};

class RealProcesses final : public Processes {
 public:
  ProcessId self() override;
  Liveness liveness(const ProcessId& process) override;
  Result<Captured> capture(const std::vector<std::string>& argv, int timeout_s) override;
};

/// Programs call it first: closed descriptors 0 to 2 are opened on /dev/null, or the next file or pipe would
/// take their place and be read or written by mistake.
void hold_standard_descriptors();

/// A pipe whose ends are closed on exec and are none of 0, 1, 2, even in a process that was started without
/// those: spawning moves ends onto these numbers, and an end that is there already would be lost at the exec
/// (glibc before 2.29). Returns 0 or an errno.
int open_pipe(int& read_end, int& write_end);
std::string host_name();
std::string boot_id();
/// Start time of a live process in clock ticks since boot; 0 when there is none (or a zombie).
std::uint64_t process_start_ticks(pid_t pid);
/// The file PATH would give; empty if there is none. A name with a slash is checked as it is.
std::string find_program(const std::string& name, const std::string& search_path);
/// The folder of the running executable (Sluice's own programs live beside each other).
std::string own_program_folder();
/// What was typed, in words that a shell would take apart again.
std::string own_command_line();
/// One word as a shell needs it: quoted where it must be.
std::string shell_word(std::string_view word);

}  // namespace sluice
