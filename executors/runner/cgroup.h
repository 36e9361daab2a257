// Memory limits by control groups (cgroup v2), where the site lets us make one: exact, counted by the kernel,
// and a way to end everything in the group at once. Where it does not, the runner samples resident memory
// instead.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.h"

namespace sluice::executors {

/// The control group of one attempt. Removed with `remove`, when nothing is left inside.
class Cgroup {
 public:
  Cgroup(std::string folder, int procs_fd) : folder_(std::move(folder)), procs_fd_(procs_fd) {}
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&& other) noexcept;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  int procs_fd() const { return procs_fd_; }  ///< a process enters by writing "0" to it
  std::uint64_t oom_kills() const;
  std::uint64_t peak_bytes() const;  ///< 0 where the kernel does not keep it
  bool empty() const;
  void kill_all() const;
  void remove();

 private:
  std::string folder_;
  int procs_fd_ = -1;
};

/// The place under which groups with a memory limit can be made.
class CgroupRoot {
 public:
  /// Tries the group this process is in, then the one above (a user's delegated slice). Nothing if neither
  /// works.
  static std::optional<CgroupRoot> find();
  /// The same below a given mount point, for a process in the group `own` ("/user.slice/...").
  static std::optional<CgroupRoot> find_below(const std::string& mount_point, const std::string& own);

  Result<Cgroup> make(const std::string& name, std::uint64_t memory_bytes) const;
  const std::string& folder() const { return folder_; }

 private:
  explicit CgroupRoot(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
};

}  // namespace sluice::executors
