#include <algorithm>
#include <map>

#include "tests/engine/schedule/ledger.h"

namespace sluice::schedule {
namespace {

struct Use {
  std::int64_t cpus = 0, gpus = 0, memory = 0, attempts = 0;
};

template <class Limit>
bool over(std::int64_t used, std::int64_t wanted, Limit limit) {
  return limit > 0 && wanted > 0 &&
         used + std::min(wanted, static_cast<std::int64_t>(limit)) > static_cast<std::int64_t>(limit);
}

std::int64_t clipped(std::int64_t wanted, std::int64_t limit) {
  return limit > 0 ? std::min(wanted, limit) : wanted;
}

std::map<std::uint32_t, int> pools_of(const Policy& policy, const std::vector<int>& sizes) {
  std::map<std::uint32_t, int> amounts;
  for (const PoolShare& share : policy.pools) amounts[share.pool] += share.amount;
  for (auto& [pool, amount] : amounts) amount = std::min(amount, std::max(sizes[pool], 1));
  return amounts;
}

constexpr int most_overtakes = 64;

}  // namespace

bool Ledger::is_possible(Unit unit) const {
  const ExecutorLimits& limits = problem_.executors[policy(unit).executor];
  if (policy(unit).is_coordinator || (limits.cpus == 0 && limits.gpus == 0)) return true;
  return book_[unit].resources.gpus <= limits.gpus;
}

bool Ledger::fits(Unit unit) const {
  const Policy& its_policy = policy(unit);
  const ExecutorLimits& limits = problem_.executors[its_policy.executor];
  Use use;
  std::map<std::uint32_t, int> pools;
  for (const Entry& other : book_) {
    if (other.state != UnitState::running) continue;
    const Policy& other_policy = problem_.policies[other.policy];
    if (!its_policy.pools.empty())
      for (const auto& [pool, amount] : pools_of(other_policy, problem_.pools)) pools[pool] += amount;
    if (other_policy.is_coordinator || other_policy.executor != its_policy.executor) continue;
    use.cpus += clipped(std::max(other.resources.cpus, 1), limits.cpus);
    use.gpus += clipped(other.resources.gpus, limits.gpus);
    use.memory += clipped(static_cast<std::int64_t>(other.resources.memory_bytes),
                          static_cast<std::int64_t>(limits.memory_bytes));
    ++use.attempts;
  }
  for (const auto& [pool, amount] : pools_of(its_policy, problem_.pools))
    if (amount > 0 && pools[pool] + amount > std::max(problem_.pools[pool], 1)) return false;
  if (its_policy.is_coordinator) return true;
  const Resources& wanted = book_[unit].resources;
  return !over(use.cpus, std::max(wanted.cpus, 1), limits.cpus) &&
         !over(use.gpus, wanted.gpus, limits.gpus) &&
         !over(use.memory, static_cast<std::int64_t>(wanted.memory_bytes), limits.memory_bytes) &&
         !over(use.attempts, 1, limits.max_in_flight);
}

bool Ledger::is_held(Unit unit) const {
  if (down_[policy(unit).executor]) return true;
  if (is_task(unit) || policy(unit).parallel == 0) return false;
  const auto siblings = std::count_if(book_.begin(), book_.end(), [&](const Entry& entry) {
    return entry.owner == book_[unit].owner && entry.state == UnitState::running;
  });
  return siblings >= policy(unit).parallel;
}

bool Ledger::goes_before(Unit a, Unit b) const {
  return policy(a).depth != policy(b).depth ? policy(a).depth > policy(b).depth : a < b;
}

/// Those whom nothing holds any more are queued before slots are given away.
void Ledger::promote() {
  if (submitting_) return;
  submitting_ = true;
  note_finals();
  std::vector<Unit> ready;
  for (Unit unit = 0; unit < book_.size(); ++unit)
    if (may_start(unit) && book_[unit].must_run) ready.push_back(unit);
  for (const Unit unit : ready) {
    if (!is_possible(unit)) complain("queued for GPUs that do not exist");
    queue(unit);
  }
}

void Ledger::queue(Unit unit) {
  book_[unit].state = UnitState::queued;
  book_[unit].submits_while_first = book_[unit].submits_of_lower = 0;
}

void Ledger::check_submit_order(Unit unit) {
  const std::uint32_t executor = policy(unit).executor;
  Unit first = no_unit;
  bool may_be_reserved = false;
  for (Unit other = 0; other < book_.size(); ++other) {
    Entry& entry = book_[other];
    if (entry.state != UnitState::queued) continue;
    if (other != unit && goes_before(other, unit) && ++entry.submits_of_lower > most_overtakes)
      may_be_reserved = true;
    if (policy(other).executor != executor || is_held(other)) continue;
    if (first == no_unit || goes_before(other, first)) first = other;
  }
  for (Unit other = 0; other < book_.size() && !may_be_reserved; ++other)
    if (book_[other].state == UnitState::queued && goes_before(other, unit) && !is_held(other) && fits(other))
      complain("a more urgent unit would have fitted");
  if (first == no_unit || first == unit || policy(unit).is_coordinator || !policy(first).pools.empty())
    return;
  if (problem_.executors[executor].cpus > 0 && ++book_[first].submits_while_first > most_overtakes &&
      book_[first].resources.gpus == 0 && book_[first].resources.memory_bytes == 0)
    complain("a large unit was passed over too often");
}

/// No slot stays empty that a queued unit could use (unless it is kept for one that was passed over too
/// often).
void Ledger::check_nothing_left_behind() {
  if (stopped_) return;
  Unit first = no_unit;
  bool may_be_reserved = false;
  for (Unit unit = 0; unit < book_.size(); ++unit) {
    if (book_[unit].state != UnitState::queued) continue;
    may_be_reserved |= book_[unit].submits_of_lower >= most_overtakes;
    if (!is_held(unit) && (first == no_unit || goes_before(unit, first))) first = unit;
  }
  if (first != no_unit && fits(first)) complain("the most urgent unit fits, but was not submitted");
  for (Unit unit = 0; unit < book_.size() && !may_be_reserved; ++unit)
    if (book_[unit].state == UnitState::queued && !is_held(unit) && fits(unit))
      complain("a unit fits, but was not submitted");
}

}  // namespace sluice::schedule
