// The state folder: what survives from one attempt of a task to the next. Every commit is atomic, and checks
// right before it takes effect that this attempt still owns the folder: an attempt on a lost node that
// everybody believes dead may come back and must not overwrite what its successor wrote.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/disk.h"

namespace sluice::stage {

/// The engine writes the owner's token into `file`; a takeover changes it. Without a file there is no fence.
struct Fence {
  std::string file;
  std::string token;
};

class State {
 public:
  State(Disk& disk, std::string folder, Fence fence);

  const std::string& folder() const { return folder_; }
  /// Nothing when it was never committed.
  Result<std::optional<std::string>> read(const std::string& name) const;
  /// The old bytes stay until the new ones are safe on the disk.
  Status commit(const std::string& name, std::string_view bytes);
  /// An error once another attempt owns the folder. `commit` does this by itself.
  Status check_fence() const;
  int commits() const { return commits_; }

 private:
  Disk& disk_;
  std::string folder_;
  Fence fence_;
  int commits_ = 0;
};

/// Makes the folder where needed.
Result<State> open_state(Disk& disk, const std::string& folder, Fence fence);

}  // namespace sluice::stage
