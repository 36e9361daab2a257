#include "engine/run/problem.h"

#include <algorithm>
#include <cmath>

namespace sluice::run {

namespace {

using workflow::TaskGraph;

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::uint32_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

schedule::RetryPolicy retry_policy(const workflow::RetryRule& rule) {
  return {rule.attempts,
          rule.exit_codes,
          rule.memory_factor,
          rule.time_factor,
          rule.memory_cap_bytes,
          rule.time_cap_s,
          std::llround(rule.delay_s * 1000)};
}

/// Longest way from a stage without inputs; stages come in data-flow order.
std::vector<int> stage_depths(const TaskGraph& graph) {
  std::vector<int> depth(graph.stages.size(), 0);
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    const workflow::Stage& stage = graph.stages[s];
    // The tasks of a stage draw on the same stages, so the first one stands for all.
    if (stage.task_count == 0) continue;
    for (const auto group : graph.inputs(stage.first_task))
      for (const auto& member : graph.group_members(group))
        if (member.task != workflow::no_task)
          depth[s] = std::max(depth[s], depth[graph.stage_of[member.task]] + 1);
  }
  return depth;
}

}  // namespace

std::vector<std::string> executors_used(const TaskGraph& graph) {
  std::vector<std::string> names;
  for (const auto& stage : graph.stages) {
    add_once(names, stage.executor);
    if (stage.trials) add_once(names, stage.trials->executor);
  }
  return names;
}

Policies make_policies(const TaskGraph& graph, const std::vector<std::string>& executors) {
  Policies policies;
  const std::vector<int> depths = stage_depths(graph);
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    const workflow::Stage& stage = graph.stages[s];
    schedule::Policy policy;
    policy.executor = index_of(executors, stage.executor);
    policy.resources = stage.resources;
    policy.retry = retry_policy(stage.retry);
    for (const auto& use : stage.pools) policy.pools.push_back({use.pool, use.amount});
    policy.tolerate = stage.tolerate;
    policy.is_final = stage.is_final;
    policy.is_coordinator = stage.trials.has_value();
    // The local runner counts slots, too: a sweep that only waits must not keep a CPU from its trials.
    if (policy.is_coordinator && stage.executor == "local") policy.resources.cpus = 0;
    policy.depth = depths[s];
    policies.all.push_back(std::move(policy));
  }
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    const auto& trials = graph.stages[s].trials;
    policies.trials_of_stage.push_back(trials ? static_cast<schedule::PolicyIndex>(policies.all.size())
                                              : schedule::no_unit);
    if (!trials) continue;
    schedule::Policy policy;
    policy.executor = index_of(executors, trials->executor);
    policy.resources = trials->resources;
    policy.retry = retry_policy(trials->retry);
    policy.depth = depths[s];
    policy.parallel = trials->parallel;
    policies.all.push_back(std::move(policy));
  }
  return policies;
}

schedule::Problem make_problem(const TaskGraph& graph, const Policies& policies,
                               std::vector<schedule::ExecutorLimits> limits) {
  schedule::Problem problem;
  problem.policies = policies.all;
  problem.policy_of.assign(graph.stage_of.begin(), graph.stage_of.end());
  problem.group_begin = graph.group_begin;
  problem.groups_of_task = graph.task_groups;
  problem.member_begin.reserve(graph.groups.size() + 1);
  for (const auto& group : graph.groups) {
    problem.member_begin.push_back(static_cast<std::uint32_t>(problem.members.size()));
    for (std::uint32_t m = 0; m < group.count; ++m) {
      const workflow::Member& member = graph.members[group.first + m];
      if (member.task != workflow::no_task) problem.members.push_back(member.task);
    }
    problem.group_is_list.push_back(group.is_list);
  }
  problem.member_begin.push_back(static_cast<std::uint32_t>(problem.members.size()));
  problem.executors = std::move(limits);
  for (const auto& pool : graph.pools) problem.pools.push_back(pool.size);
  return problem;
}

}  // namespace sluice::run
