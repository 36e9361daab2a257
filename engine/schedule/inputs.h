// Who waits for whom. A group is the list of tasks whose results one input receives; many tasks may share it,
// so that a join read by 10,000 tasks is counted once. When the last member has settled the group is judged:
// can those who need it run?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/schedule/losses.h"
#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

class Inputs {
 public:
  /// Members that settled without a result, as those who need the group see it.
  struct Group {
    std::uint32_t open = 0;  ///< members that have not settled
    Why why = Why::none;     ///< none: it is complete as far as needed; else why nobody can run with it
    Unit culprit = no_unit;  ///< the unit that failed first
    Unit bearer = no_unit;   ///< whose policy may tolerate the loss of those who can't run
    bool new_loss = false;   ///< each of those who can't run bears its loss itself
  };

  /// The problem is looked at as long as this lives.
  explicit Inputs(const Problem& problem);

  std::size_t group_count() const { return groups_.size(); }
  std::span<const GroupIndex> groups_with(Unit member) const;
  std::span<const Unit> consumers(GroupIndex group) const;
  const Group& group(GroupIndex group) const { return groups_[group]; }
  /// One of its members has settled. True: it was the last one.
  bool member_settled(GroupIndex group) { return --groups_[group].open == 0; }
  void judge(GroupIndex group, const UnitTable& units, const Losses& losses);

  /// Groups without members are complete from the start.
  std::vector<GroupIndex> empty_groups() const;

 private:
  std::span<const Unit> members(GroupIndex group) const;
  void blame(GroupIndex group, Unit lost, const UnitTable& units);

  const Problem* problem_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> consumer_begin_;  ///< CSR group -> the tasks that need it
  std::vector<Unit> consumers_;
  std::vector<std::uint32_t> group_begin_;  ///< CSR task -> the groups it is a member of
  std::vector<GroupIndex> groups_with_;
};

}  // namespace sluice::schedule
