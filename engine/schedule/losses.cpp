#include "engine/schedule/losses.h"

namespace sluice::schedule {

Losses::Losses(const Problem& problem) : shares_(problem.policies.size()) {
  for (std::size_t i = 0; i < shares_.size(); ++i) shares_[i].tolerate = problem.policies[i].tolerate;
  for (const PolicyIndex policy : problem.policy_of) ++shares_[policy].tasks;
}

bool Losses::within(const Share& share) {
  constexpr double rounding = 1e-9;  // 29% of 100 tasks are 29 of them
  return static_cast<double>(share.lost) <= share.tolerate * static_cast<double>(share.tasks) + rounding;
}

bool Losses::tolerated(Unit bearer, const UnitTable& units) const {
  return bearer != no_unit && within(shares_[units[bearer].policy]);
}

void Losses::add(Unit unit, const UnitTable& units) {
  const UnitRecord& record = units[unit];
  if (record.state == UnitState::excluded) return;
  if (record.bearer == no_unit) failed_ = true;  // cancelled, or without an input that nobody selected
  if (record.state == UnitState::cancelled) return;
  Share& share = shares_[record.policy];
  ++share.lost;
  if (record.bearer == unit) share.bears_loss = true;
  if (share.bears_loss && !within(share)) failed_ = true;
}

}  // namespace sluice::schedule
