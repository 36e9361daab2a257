#include "tests/engine/schedule/story.h"

#include <algorithm>
#include <utility>

#include "engine/base/units.h"

namespace sluice::schedule {
namespace {

std::string text(const Check& action) { return "check " + std::to_string(action.unit); }

std::string text(const Submit& action) {
  std::string words = "submit " + std::to_string(action.unit) + " #" + std::to_string(action.attempt);
  if (action.resources.memory_bytes > 0) words += " with " + format_bytes(action.resources.memory_bytes);
  if (action.resources.time_s > 0) words += " for " + format_seconds(action.resources.time_s);
  if (action.avoid_last_node) words += " elsewhere";
  return words;
}

std::string text(const Publish& action) { return "publish " + std::to_string(action.unit); }
std::string text(const CancelAttempt& action) { return "cancel " + std::to_string(action.unit); }
std::string text(const Wake& action) { return "wake at " + std::to_string(action.at_ms); }

std::string text(const Settled& action) {
  std::string words = std::to_string(action.unit) + " " + std::string(to_string(action.state));
  if (action.why != Why::none) words += ": " + std::string(to_string(action.why));
  if (action.culprit != no_unit) words += " (" + std::to_string(action.culprit) + ")";
  return words;
}

std::string text(const Retrying& action) {
  return "retry " + std::to_string(action.unit) + " at " + std::to_string(action.at_ms);
}

std::string text(const AllSettled&) { return "all settled"; }

}  // namespace

std::string to_text(const Action& action) {
  return std::visit([](const auto& a) { return text(a); }, action);
}

Story::Story() {
  problem_.policies.resize(1);
  problem_.executors.resize(1);
  problem_.group_begin = {0};
  problem_.member_begin = {0};
}

ExecutorLimits& Story::executor(ExecutorLimits limits) { return problem_.executors[0] = limits; }

std::uint32_t Story::another_executor(ExecutorLimits limits) {
  problem_.executors.push_back(limits);
  return static_cast<std::uint32_t>(problem_.executors.size() - 1);
}

std::uint32_t Story::pool(int size) {
  problem_.pools.push_back(size);
  return static_cast<std::uint32_t>(problem_.pools.size() - 1);
}

PolicyIndex Story::stage(Policy policy) {
  problem_.policies.push_back(std::move(policy));
  return static_cast<PolicyIndex>(problem_.policies.size() - 1);
}

Unit Story::task(std::vector<Input> inputs, PolicyIndex policy, Initial initial) {
  for (const Input& input : inputs) {
    problem_.groups_of_task.push_back(static_cast<std::uint32_t>(problem_.group_is_list.size()));
    problem_.members.insert(problem_.members.end(), input.from.begin(), input.from.end());
    problem_.member_begin.push_back(static_cast<std::uint32_t>(problem_.members.size()));
    problem_.group_is_list.push_back(input.is_list);
  }
  problem_.group_begin.push_back(static_cast<std::uint32_t>(problem_.groups_of_task.size()));
  problem_.policy_of.push_back(policy);
  problem_.initial.push_back(initial);
  return static_cast<Unit>(problem_.policy_of.size() - 1);
}

std::vector<Unit> Story::tasks(int count, PolicyIndex policy) {
  std::vector<Unit> units;
  for (int i = 0; i < count; ++i) units.push_back(task({}, policy));
  return units;
}

void Story::live(LiveAttempt attempt) {
  problem_.initial[attempt.unit] = Initial::live;
  problem_.live.push_back(attempt);
}

Texts Story::start() {
  scheduler_.emplace(problem_);
  return step(Start{});
}

Texts Story::step(const Event& event) {
  std::vector<Action> actions;
  scheduler_->step(event, actions);
  Texts texts;
  for (const Action& action : actions) texts.push_back(to_text(action));
  return texts;
}

Texts Story::succeeds(Unit unit) {
  Texts texts = step(Ended{unit, Outcome::success});
  std::erase(texts, "publish " + std::to_string(unit));
  for (std::string& words : step(Published{unit, true})) texts.push_back(std::move(words));
  return texts;
}

Unit Story::asks_for_child(Unit owner, PolicyIndex policy, Texts* texts) {
  const Unit child = scheduler_->unit_count();
  Texts said = step(ChildAsked{owner, policy});
  if (texts != nullptr) *texts = std::move(said);
  return child;
}

}  // namespace sluice::schedule
