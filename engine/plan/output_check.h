// Are the outputs that the store remembers still there, and still what they were? A look at size, time and
// inode answers for nearly all of them; only where those differ is a file read again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/plan/contents.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

enum class OutputState : std::uint8_t {
  unrecorded,  ///< the last result does not have it
  recorded,    ///< not looked at yet
  intact,
  missing,
  changed,  ///< by hand, or by another program
};

class OutputCheck {
 public:
  OutputCheck(const workflow::TaskGraph& graph, Contents& contents, Disk& disk, std::string run_folder,
              int threads);

  /// From the store: what the last success left, at the path where the graph wants it now or at another.
  void record(std::size_t slot, const Content& content, bool same_path);
  /// Calls `meanwhile` (which records), while other threads look at the files.
  void look(const std::function<void()>& meanwhile);
  /// Reads again what looks different. Afterwards no output is only `recorded`.
  Status judge();

  OutputState state(std::size_t slot) const { return states_[slot]; }
  void set_intact(std::size_t slot) { states_[slot] = OutputState::intact; }
  /// Outputs whose content is what was recorded, under another signature or path: the store should know.
  struct Refreshed {
    TaskIndex task = 0;
    std::uint32_t output = 0;
  };
  std::vector<Refreshed> take_refreshed();

 private:
  struct Seen {
    FileKind kind = FileKind::missing;
    std::uint64_t signature = 0;
  };
  template <typename Act>
  void for_each_task(Act act, const std::function<void()>& meanwhile);
  void look_at(TaskIndex task);
  Result<bool> read_again(TaskIndex task, std::uint32_t output);
  std::string path(TaskIndex task, std::uint32_t output) const;

  const workflow::TaskGraph& graph_;
  Contents& contents_;
  Disk& disk_;
  std::string run_folder_;
  int threads_;
  std::vector<OutputState> states_;
  std::vector<bool> moved_;  ///< recorded at another path
  std::vector<Seen> seen_;
  std::vector<Refreshed> refreshed_;
};

}  // namespace sluice::plan
