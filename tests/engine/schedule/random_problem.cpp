#include <algorithm>

#include "tests/engine/schedule/random_run.h"

namespace sluice::schedule {
namespace {

Resources random_resources(Dice& dice) {
  Resources resources;
  resources.cpus = dice.one_in(3) ? dice.from_to(0, 5) : 1;
  if (dice.one_in(3)) resources.memory_bytes = static_cast<std::uint64_t>(dice.from_to(1, 12));
  if (dice.one_in(12)) resources.gpus = dice.from_to(1, 2);
  if (dice.one_in(3)) resources.time_s = dice.from_to(1, 100);
  return resources;
}

RetryPolicy random_retry(Dice& dice) {
  RetryPolicy retry;
  retry.attempts = dice.one_of({1, 1, 2, 3, 5, -1});
  if (dice.one_in(4)) retry.exit_codes = {1, 3};
  if (dice.one_in(2)) retry.memory_factor = dice.one_of({1.5, 2.0, 10.0});
  if (dice.one_in(2)) retry.time_factor = dice.one_of({1.5, 2.0});
  if (dice.one_in(2)) retry.memory_cap_bytes = static_cast<std::uint64_t>(dice.from_to(1, 20));
  if (dice.one_in(2)) retry.time_cap_s = dice.from_to(1, 200);
  if (dice.one_in(2)) retry.delay_ms = dice.from_to(1, 5000);
  return retry;
}

Policy random_policy(Dice& dice, const Problem& problem, int depth) {
  Policy policy;
  policy.executor = static_cast<std::uint32_t>(dice.below(problem.executors.size()));
  policy.resources = random_resources(dice);
  policy.retry = random_retry(dice);
  for (std::uint32_t pool = 0; pool < problem.pools.size(); ++pool)
    if (dice.one_in(4)) policy.pools.push_back({pool, dice.from_to(0, 4)});
  if (!policy.pools.empty() && dice.one_in(8)) policy.pools.push_back(policy.pools.front());
  if (dice.one_in(3)) policy.tolerate = dice.one_of({0.1, 0.25, 0.5, 1.0});
  policy.is_final = dice.one_in(8);
  policy.is_coordinator = dice.one_in(6);
  policy.depth = dice.one_in(10) ? dice.from_to(0, 5) : depth;
  if (dice.one_in(2)) policy.parallel = dice.from_to(1, 3);
  return policy;
}

ExecutorLimits random_limits(Dice& dice) {
  ExecutorLimits limits;
  if (!dice.one_in(3)) limits.cpus = dice.from_to(1, 6);
  if (dice.one_in(2)) limits.gpus = dice.from_to(1, 2);
  if (dice.one_in(2)) limits.memory_bytes = static_cast<std::uint64_t>(dice.from_to(1, 16));
  if (dice.one_in(4)) limits.max_in_flight = static_cast<std::size_t>(dice.from_to(1, 4));
  return limits;
}

std::uint32_t add_group(Dice& dice, Problem& problem, Unit tasks_before) {
  problem.group_is_list.push_back(!dice.one_in(3));
  const int members = problem.group_is_list.back() ? dice.from_to(0, 6) : dice.from_to(1, 2);
  for (int i = 0; i < members; ++i) problem.members.push_back(static_cast<Unit>(dice.below(tasks_before)));
  problem.member_begin.push_back(static_cast<std::uint32_t>(problem.members.size()));
  return static_cast<std::uint32_t>(problem.group_is_list.size() - 1);
}

/// Tasks are laid out like stages: neighbours share a policy, and read from those before them.
void add_tasks(Dice& dice, Problem& problem, Unit tasks) {
  std::vector<Unit> usable_from;  // group -> the first task that comes after all of its members
  problem.group_begin = problem.member_begin = {0};
  PolicyIndex policy = 0;
  for (Unit task = 0; task < tasks; ++task) {
    if (dice.one_in(4)) policy = static_cast<PolicyIndex>(dice.below(problem.policies.size()));
    problem.policy_of.push_back(policy);
    const int inputs = task == 0 ? 0 : dice.from_to(0, 3);
    for (int i = 0; i < inputs; ++i) {
      const bool share = !usable_from.empty() && dice.one_in(3);
      const auto known = static_cast<std::uint32_t>(dice.below(usable_from.size()));
      problem.groups_of_task.push_back(share ? known : add_group(dice, problem, task));
      if (!share) usable_from.push_back(task);
    }
    problem.group_begin.push_back(static_cast<std::uint32_t>(problem.groups_of_task.size()));
    const Initial others = dice.one_of({Initial::check, Initial::check, Initial::done, Initial::live});
    problem.initial.push_back(dice.one_in(30) ? Initial::excluded : dice.one_in(2) ? Initial::run : others);
  }
}

void add_live(Dice& dice, Problem& problem) {
  for (Unit task = 0; task < problem.initial.size(); ++task) {
    if (problem.initial[task] != Initial::live || dice.one_in(10)) continue;
    const Resources own = problem.policies[problem.policy_of[task]].resources;
    problem.live.push_back(
        {task, dice.from_to(1, 5), dice.one_in(3) ? random_resources(dice) : own, dice.from_to(0, 2)});
  }
}

/// Many small tasks, and a few wide ones that come late: these are passed over.
Problem crowd(Dice& dice) {
  Problem problem;
  problem.executors = {{.cpus = dice.from_to(2, 6)}};
  problem.policies.resize(3);
  for (const PolicyIndex wide : {1, 2}) {
    problem.policies[wide].resources.cpus = dice.from_to(2, 6);
    problem.policies[wide].depth = dice.from_to(0, 1);
  }
  problem.group_begin = problem.member_begin = {0};
  for (int i = dice.from_to(80, 200); i > 0; --i) {
    const bool is_wide = dice.one_in(20);
    problem.policy_of.push_back(is_wide ? dice.one_of<PolicyIndex>({1, 2}) : 0);
    problem.initial.push_back(is_wide ? Initial::check : Initial::run);
    problem.group_begin.push_back(0);
  }
  return problem;
}

}  // namespace

Problem random_problem(Dice& dice) {
  if (dice.one_in(60)) return crowd(dice);
  Problem problem;
  problem.free_retries = dice.from_to(0, 4);
  for (int i = dice.from_to(1, 3); i > 0; --i) problem.executors.push_back(random_limits(dice));
  for (int i = dice.from_to(0, 2); i > 0; --i) problem.pools.push_back(dice.from_to(0, 4));
  for (int i = dice.from_to(1, 5); i > 0; --i)
    problem.policies.push_back(random_policy(dice, problem, 5 - i));
  add_tasks(dice, problem, static_cast<Unit>(dice.from_to(0, dice.one_of({6, 20, 60}))));
  add_live(dice, problem);
  if (dice.one_in(3))
    for (std::size_t i = 0; i < problem.initial.size(); ++i)
      problem.attempts_before.push_back(dice.from_to(0, 3));
  return problem;
}

}  // namespace sluice::schedule
