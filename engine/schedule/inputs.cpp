#include "engine/schedule/inputs.h"

#include <algorithm>

namespace sluice::schedule {
namespace {

/// Turns a CSR index around: which rows hold `x`, for each x below `count`.
void invert(const std::vector<std::uint32_t>& begin, const std::vector<std::uint32_t>& entries,
            std::size_t count, std::vector<std::uint32_t>& inverse_begin,
            std::vector<std::uint32_t>& inverse_entries) {
  inverse_begin.assign(count + 1, 0);
  inverse_entries.resize(entries.size());
  for (const std::uint32_t entry : entries) ++inverse_begin[entry + 1];
  for (std::size_t i = 0; i < count; ++i) inverse_begin[i + 1] += inverse_begin[i];
  auto next = inverse_begin;
  for (std::uint32_t row = 0; row + 1 < begin.size(); ++row)
    for (std::uint32_t i = begin[row]; i < begin[row + 1]; ++i) inverse_entries[next[entries[i]]++] = row;
}

std::span<const std::uint32_t> row_of(const std::vector<std::uint32_t>& begin,
                                      const std::vector<std::uint32_t>& entries, std::uint32_t row) {
  // Children stand in no index: nobody waits for them, they wait for nothing.
  if (row + 1 >= begin.size()) return {};
  return {entries.data() + begin[row], entries.data() + begin[row + 1]};
}

}  // namespace

Inputs::Inputs(const Problem& problem) : problem_(&problem), groups_(problem.group_is_list.size()) {
  invert(problem.group_begin, problem.groups_of_task, groups_.size(), consumer_begin_, consumers_);
  invert(problem.member_begin, problem.members, problem.policy_of.size(), group_begin_, groups_with_);
  for (GroupIndex i = 0; i < groups_.size(); ++i)
    groups_[i].open = static_cast<std::uint32_t>(members(i).size());
}

std::span<const GroupIndex> Inputs::groups_with(Unit member) const {
  return row_of(group_begin_, groups_with_, member);
}

std::span<const Unit> Inputs::consumers(GroupIndex group) const {
  return row_of(consumer_begin_, consumers_, group);
}

std::span<const Unit> Inputs::members(GroupIndex group) const {
  return row_of(problem_->member_begin, problem_->members, group);
}

std::vector<GroupIndex> Inputs::empty_groups() const {
  std::vector<GroupIndex> empty;
  for (GroupIndex i = 0; i < groups_.size(); ++i)
    if (groups_[i].open == 0) empty.push_back(i);
  return empty;
}

void Inputs::judge(GroupIndex group, const UnitTable& units, const Losses& losses) {
  bool any_result = false;
  Unit first_lost = no_unit;
  for (const Unit member : members(group)) {
    if (has_result(units[member].state)) {
      any_result = true;
      continue;
    }
    if (first_lost == no_unit) first_lost = member;
    if (problem_->group_is_list[group] && losses.tolerated(units[member].bearer, units)) continue;
    return blame(group, member, units);
  }
  if (any_result || first_lost == no_unit) return;
  // A gather of nothing. Every loss was tolerated, but that the gather itself is lost is a new matter.
  blame(group, first_lost, units);
  groups_[group].new_loss = true;
}

void Inputs::blame(GroupIndex group, Unit lost, const UnitTable& units) {
  const UnitRecord& record = units[lost];
  const bool is_excluded = record.state == UnitState::excluded || record.why == Why::excluded_input;
  groups_[group].why = is_excluded ? Why::excluded_input : Why::upstream;
  groups_[group].culprit = record.culprit == no_unit ? lost : record.culprit;
  groups_[group].bearer = record.bearer;
}

}  // namespace sluice::schedule
