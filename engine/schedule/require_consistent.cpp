#include <algorithm>
#include <stdexcept>

#include "engine/schedule/problem.h"

namespace sluice::schedule {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(std::string("schedule::Problem: ") + what);
}

/// A CSR index over `count` rows and `size` entries.
bool is_index(const std::vector<std::uint32_t>& begin, std::size_t count, std::size_t size) {
  return begin.size() == count + 1 && begin.front() == 0 && begin.back() == size &&
         std::is_sorted(begin.begin(), begin.end());
}

template <class Index>
bool all_below(const std::vector<Index>& indices, std::size_t limit) {
  return std::all_of(indices.begin(), indices.end(), [limit](Index index) { return index < limit; });
}

}  // namespace

void require_consistent(const Problem& problem) {
  const std::size_t tasks = problem.policy_of.size();
  const std::size_t groups = problem.group_is_list.size();
  require(tasks < no_unit, "too many tasks");
  require(all_below(problem.policy_of, problem.policies.size()), "policy_of names an unknown policy");
  require(problem.initial.size() == tasks, "initial has not one entry for each task");
  require(problem.attempts_before.empty() || problem.attempts_before.size() == tasks,
          "attempts_before has not one entry for each task");
  require(is_index(problem.group_begin, tasks, problem.groups_of_task.size()), "group_begin is no index");
  require(is_index(problem.member_begin, groups, problem.members.size()), "member_begin is no index");
  require(all_below(problem.groups_of_task, groups), "groups_of_task names an unknown group");
  require(all_below(problem.members, tasks), "members names an unknown task");
  for (const Policy& policy : problem.policies) {
    require(policy.executor < problem.executors.size(), "a policy names an unknown executor");
    for (const PoolShare& share : policy.pools)
      require(share.pool < problem.pools.size(), "a policy names an unknown pool");
  }
  for (const LiveAttempt& live : problem.live) require(live.unit < tasks, "live names an unknown task");
}

}  // namespace sluice::schedule
