#include "stages/import/ancestry.h"

#include <utility>

namespace sluice::import {

Lists list_by_row(std::size_t rows, std::span<const Pair> pairs) {
  Lists lists;
  lists.begin.assign(rows + 1, 0);
  lists.items.resize(pairs.size());
  for (const Pair& pair : pairs) ++lists.begin[static_cast<std::size_t>(pair.row) + 1];
  for (std::size_t row = 0; row < rows; ++row) lists.begin[row + 1] += lists.begin[row];
  std::vector<std::uint32_t> next(lists.begin.begin(), lists.begin.end() - 1);
  for (const Pair& pair : pairs) lists.items[next[static_cast<std::size_t>(pair.row)]++] = pair.item;
  return lists;
}

namespace {

std::vector<Pair> turned(std::span<const Pair> pairs) {
  std::vector<Pair> result;
  result.reserve(pairs.size());
  for (const Pair& pair : pairs) result.push_back({pair.item, pair.row});
  return result;
}

/// Row by row, each item once.
std::vector<Pair> without_duplicates(const Lists& lists, std::size_t rows) {
  std::vector<Pair> unique;
  unique.reserve(lists.items.size());
  std::vector<std::int32_t> seen_by(rows, nobody);
  for (std::size_t row = 0; row < rows; ++row)
    for (const std::int32_t item : lists.of(row))
      if (std::exchange(seen_by[static_cast<std::size_t>(item)], static_cast<std::int32_t>(row)) !=
          static_cast<std::int32_t>(row))
        unique.push_back({static_cast<std::int32_t>(row), item});
  return unique;
}

}  // namespace

Ancestry::Ancestry(std::size_t particles, std::span<const Descent> descents) : particles_(particles) {
  const auto exists = [&](std::int32_t index) {
    return index >= 0 && static_cast<std::size_t>(index) < particles;
  };
  std::vector<Pair> child_and_parent;
  child_and_parent.reserve(descents.size());
  for (const Descent& descent : descents) {
    if (exists(descent.parent) && exists(descent.child))
      child_and_parent.push_back({descent.child, descent.parent});
    else
      ++dangling_;
  }
  child_and_parent = without_duplicates(list_by_row(particles, child_and_parent), particles);
  child_and_parent = cut_cycles(std::move(child_and_parent));
  parents_ = list_by_row(particles, child_and_parent);
  children_ = list_by_row(particles, turned(child_and_parent));
}

/// Walks down from every particle; a descent that leads back to where the walk came from is left out.
std::vector<Pair> Ancestry::cut_cycles(std::vector<Pair> child_and_parent) {
  const Lists children = list_by_row(particles_, turned(child_and_parent));
  enum class State : char { unseen, on_the_way, done };
  std::vector<State> states(particles_, State::unseen);
  std::vector<std::uint32_t> next(children.begin.begin(), children.begin.end() - 1);
  std::vector<char> cut(children.items.size(), 0);
  std::vector<std::size_t> way;
  for (std::size_t start = 0; start < particles_; ++start) {
    if (states[start] != State::unseen) continue;
    way.push_back(start);
    states[start] = State::on_the_way;
    while (!way.empty()) {
      const std::size_t here = way.back();
      if (next[here] == children.begin[here + 1]) {
        states[here] = State::done;
        way.pop_back();
        continue;
      }
      const std::uint32_t step = next[here]++;
      const auto child = static_cast<std::size_t>(children.items[step]);
      if (states[child] == State::on_the_way) {
        cut[step] = 1;
        ++cycles_cut_;
      } else if (states[child] == State::unseen) {
        states[child] = State::on_the_way;
        way.push_back(child);
      }
    }
  }
  if (cycles_cut_ == 0) return child_and_parent;
  std::vector<Pair> kept;
  for (std::size_t parent = 0; parent < particles_; ++parent)
    for (std::uint32_t step = children.begin[parent]; step < children.begin[parent + 1]; ++step)
      if (cut[step] == 0) kept.push_back({children.items[step], static_cast<std::int32_t>(parent)});
  return kept;
}

void spread_to_descendants(const Ancestry& ancestry, std::span<const std::int32_t> sources,
                           std::vector<std::int32_t>& taken) {
  std::vector<std::int32_t> queue;
  for (const std::int32_t source : sources)
    if (taken[static_cast<std::size_t>(source)] == nobody) {
      taken[static_cast<std::size_t>(source)] = source;
      queue.push_back(source);
    }
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const auto here = static_cast<std::size_t>(queue[head]);
    for (const std::int32_t child : ancestry.children(here))
      if (taken[static_cast<std::size_t>(child)] == nobody) {
        taken[static_cast<std::size_t>(child)] = taken[here];
        queue.push_back(child);
      }
  }
}

std::vector<char> ancestors_of(const Ancestry& ancestry, const std::vector<char>& marked) {
  std::vector<char> above(ancestry.particles(), 0);
  std::vector<std::size_t> queue;
  for (std::size_t i = 0; i < marked.size(); ++i)
    if (marked[i] != 0) queue.push_back(i);
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (const std::int32_t parent : ancestry.parents(queue[head]))
      if (!std::exchange(above[static_cast<std::size_t>(parent)], 1))
        queue.push_back(static_cast<std::size_t>(parent));
  return above;
}

}  // namespace sluice::import
