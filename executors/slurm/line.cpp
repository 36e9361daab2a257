#include "executors/slurm/line.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::executors::slurm {

void Line::push_back(AttemptSpec attempt) {
  const std::string key = key_of(attempt);
  auto& same = waiting_[key];
  if (same.empty()) order_.push_back(key);
  same.push_back(std::move(attempt));
}

void Line::push_front(std::vector<AttemptSpec> attempts) {
  if (attempts.empty()) return;
  const std::string key = key_of(attempts.front());
  auto& same = waiting_[key];
  if (!same.empty()) std::erase(order_, key);
  order_.push_front(key);
  same.insert(same.begin(), std::make_move_iterator(attempts.begin()),
              std::make_move_iterator(attempts.end()));
}

bool Line::remove(const Token& token) {
  for (auto& [key, same] : waiting_) {
    const auto found =
        std::find_if(same.begin(), same.end(), [&](const auto& spec) { return spec.token == token; });
    if (found == same.end()) continue;
    same.erase(found);
    if (same.empty()) {
      std::erase(order_, key);
      waiting_.erase(std::string(key));
    }
    return true;
  }
  return false;
}

bool Line::wants_array(std::size_t array_min) const {
  return !order_.empty() && waiting_.at(order_.front()).size() >= array_min;
}

std::vector<AttemptSpec> Line::next(std::size_t array_min, std::size_t array_max) {
  std::vector<AttemptSpec> members;
  if (order_.empty()) return members;
  const std::string key = order_.front();
  auto& same = waiting_.at(key);
  const std::size_t count =
      same.size() >= array_min ? std::min(same.size(), std::max<std::size_t>(1, array_max)) : 1;
  const auto end = same.begin() + static_cast<std::ptrdiff_t>(count);
  members.assign(std::make_move_iterator(same.begin()), std::make_move_iterator(end));
  same.erase(same.begin(), end);
  order_.pop_front();
  if (same.empty())
    waiting_.erase(key);
  else
    order_.push_back(key);  // other groups have their turn in between
  return members;
}

std::string Line::key_of(const AttemptSpec& attempt) {
  if (attempt.group.empty()) return "token " + attempt.token;
  const Resources& wanted = attempt.resources;
  std::string key = attempt.group + '\n' + std::to_string(wanted.cpus) + ' ' +
                    std::to_string(wanted.memory_bytes) + ' ' + std::to_string(wanted.gpus) + ' ' +
                    std::to_string(wanted.ranks) + ' ' + std::to_string(wanted.time_s);
  auto avoided = attempt.avoid_nodes;
  std::sort(avoided.begin(), avoided.end());
  for (const auto& node : avoided) key += '\n' + node;
  return key;
}

}  // namespace sluice::executors::slurm
