#include "engine/plan/contents.h"

namespace sluice::plan {

using workflow::Member;
using workflow::no_task;

Contents::Contents(const workflow::TaskGraph& graph) : graph_(graph) {
  std::size_t slots = 0;
  for (const auto& stage : graph.stages) {
    stage_begin_.push_back(slots);
    slots += stage.outputs.size() * stage.task_count;
  }
  outputs_.resize(slots);
  files_.resize(graph.files.size());
  lost_.resize(graph.task_count());
  groups_.resize(graph.groups.size());
}

std::size_t Contents::slot(TaskIndex task, std::uint32_t output) const {
  const auto& stage = graph_.stage(task);
  return stage_begin_[graph_.stage_of[task]] + std::size_t{task - stage.first_task} * stage.outputs.size() +
         output;
}

const Content& Contents::member(const Member& member) const {
  return member.task == no_task ? files_[member.index] : outputs_[slot(member.task, member.index)];
}

const Hash128& Contents::group_hash(GroupIndex group) {
  Hash128& hash = groups_[group];
  if (!hash.is_zero()) return hash;
  const auto members = graph_.group_members(group);
  Hasher hasher;
  std::uint64_t count = 0;
  for (const Member& each : members) {
    if (each.task != no_task && lost_[each.task]) continue;
    hash = member(each).hash;
    hasher.field(hash);
    ++count;
  }
  // One file alone counts as what it is, so that a hash in a recipe is the hash of a file people can look at.
  if (count != 1 || hash.is_zero()) {
    hasher.number(count);
    hash = hasher.digest();
  }
  return hash;
}

void Contents::forget_groups() { groups_.assign(groups_.size(), {}); }

}  // namespace sluice::plan
