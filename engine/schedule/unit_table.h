// What is known of each unit, and how many are in which state. One small record a unit, because there may be
// 100,000.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/schedule/actions.h"
#include "engine/schedule/retry.h"
#include "engine/schedule/scheduler.h"

namespace sluice::schedule {

using LineIndex = std::uint32_t;
using GroupIndex = std::uint32_t;
constexpr LineIndex no_line = 0xffffffff;
constexpr GroupIndex no_group = 0xffffffff;

struct UnitRecord {
  PolicyIndex policy = 0;
  UnitState state = UnitState::waiting;
  Why why = Why::none;
  std::uint8_t passed_over = 0;  ///< by how many units of lower priority since it was queued
  bool is_late : 1 =
      false;  ///< a final unit, or one that reads from or belongs to one: final units don't wait for it
  bool is_child : 1 = false;
  bool must_run : 1 = false;  ///< no need to ask whether its result is there
  bool avoid_last_node : 1 = false;
  bool cancelling : 1 = false;   ///< its attempt was asked to end, and that is the end of the unit
  bool interrupted : 1 = false;  ///< its attempt was asked to end, and it will be run again
  int attempt = 0;
  std::uint32_t open_groups = 0;       ///< of its inputs, with members that have not settled
  GroupIndex blamed_group = no_group;  ///< the first one that makes it impossible to run
  Unit culprit = no_unit;              ///< of a skipped unit: the unit that failed first
  Unit bearer = no_unit;  ///< of a lost unit: the unit whose policy may tolerate the loss; none: nobody may
  LineIndex line = no_line;
  Tries tries;
};

class UnitTable {
 public:
  explicit UnitTable(const Problem& problem);

  Unit add(const UnitRecord& record);
  std::uint32_t size() const { return static_cast<std::uint32_t>(records_.size()); }
  bool knows(Unit unit) const { return unit < records_.size(); }
  UnitRecord& operator[](Unit unit) { return records_[unit]; }
  const UnitRecord& operator[](Unit unit) const { return records_[unit]; }
  void set_state(Unit unit, UnitState state);
  void set_late(Unit unit);

  Counts counts(PolicyIndex policy) const;
  Counts counts() const;
  std::size_t in(UnitState state) const { return totals_[static_cast<std::size_t>(state)]; }
  std::size_t unsettled() const { return unsettled_; }
  std::size_t unsettled_early() const { return unsettled_early_; }

 private:
  using ByState = std::array<std::uint32_t, static_cast<std::size_t>(UnitState::excluded) + 1>;

  void count(const UnitRecord& record);
  static Counts counts_of(const ByState& by_state);

  std::vector<UnitRecord> records_;
  std::vector<ByState> by_policy_;
  ByState totals_{};
  std::size_t unsettled_ = 0;
  std::size_t unsettled_early_ = 0;
};

}  // namespace sluice::schedule
