#include "engine/schedule/queue.h"

#include <algorithm>
#include <functional>

namespace sluice::schedule {
namespace {

Queue::Priority priority_of(Unit unit, int depth) {
  const auto shallowness = 0xffffffffU - static_cast<std::uint32_t>(std::max(depth, 0));
  return static_cast<Queue::Priority>(shallowness) << 32 | unit;
}

}  // namespace

LineIndex Queue::line(const LineKey& key) {
  const auto [found, is_new] = index_.try_emplace(key, static_cast<LineIndex>(lines_.size()));
  if (is_new) lines_.push_back({.key = &found->first, .heap = {}, .standing = {}});
  return found->second;
}

void Queue::push(Unit unit, LineIndex line, int depth) {
  auto& heap = lines_[line].heap;
  heap.push_back(priority_of(unit, depth));
  std::push_heap(heap.begin(), heap.end(), std::greater<>());
  stand(line);
}

/// Brings the line to where its first unit belongs.
void Queue::stand(LineIndex index) {
  Line& line = lines_[index];
  if (!line.heap.empty() && line.standing == line.heap.front()) return;
  if (line.standing) heads_.erase({*line.standing, index});
  line.standing.reset();
  if (line.heap.empty()) return;
  line.standing = line.heap.front();
  heads_.insert({*line.standing, index});
}

void Queue::drop_top(Line& line) {
  std::pop_heap(line.heap.begin(), line.heap.end(), std::greater<>());
  line.heap.pop_back();
}

void Queue::pop(const Head& head) {
  drop_top(lines_[head.line]);
  stand(head.line);
}

std::optional<Queue::Head> Queue::first(const UnitTable& units) { return first_at_or_after({0, 0}, units); }

std::optional<Queue::Head> Queue::next(const Head& after, const UnitTable& units) {
  return first_at_or_after({after.priority, after.line + 1}, units);
}

std::optional<Queue::Head> Queue::first_at_or_after(Head head, const UnitTable& units) {
  for (auto found = heads_.lower_bound(head); found != heads_.end(); found = heads_.lower_bound(head)) {
    head = *found;
    Line& line = lines_[head.line];
    const auto has_left = [&units](Unit unit) { return units[unit].state != UnitState::queued; };
    if (!has_left(head.unit())) return head;
    while (!line.heap.empty() && has_left(static_cast<Unit>(line.heap.front()))) drop_top(line);
    stand(head.line);  // its new place is further on: the walk will meet it again
  }
  return std::nullopt;
}

}  // namespace sluice::schedule
