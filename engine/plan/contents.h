// What every artifact and every input file is, by content, as far as it is known now: first from the store,
// then from what this run publishes. Groups are hashed once, however many tasks read them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/disk.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

using workflow::GroupIndex;
using workflow::TaskIndex;

class Contents {
 public:
  explicit Contents(const workflow::TaskGraph& graph);

  /// Every output of every task has a slot, counted through.
  std::size_t slot(TaskIndex task, std::uint32_t output) const;
  std::size_t slot_count() const { return outputs_.size(); }

  const Content& output(std::size_t slot) const { return outputs_[slot]; }
  void set_output(std::size_t slot, const Content& content) { outputs_[slot] = content; }
  const Content& file(std::uint32_t index) const { return files_[index]; }
  void set_file(std::uint32_t index, const Content& content) { files_[index] = content; }

  /// A tolerated loss: who gathers its outputs goes on without them.
  void set_lost(TaskIndex task) { lost_[task] = true; }
  bool is_lost(TaskIndex task) const { return lost_[task]; }

  const Content& member(const workflow::Member& member) const;
  /// Over the contents of the members that are not lost, in order. Only when all of them are known:
  /// remembered.
  const Hash128& group_hash(GroupIndex group);
  void forget_groups();  ///< a file of the user's has changed

 private:
  const workflow::TaskGraph& graph_;
  std::vector<std::size_t> stage_begin_;  ///< of a stage's outputs in outputs_
  std::vector<Content> outputs_;
  std::vector<Content> files_;
  std::vector<bool> lost_;
  std::vector<Hash128> groups_;  ///< zero: not yet
};

}  // namespace sluice::plan
