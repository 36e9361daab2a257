#include "stages/import/weights.h"

#include <algorithm>

namespace sluice::import {

namespace {

/// Stable, by counting.
template <typename Key>
std::vector<Weight> sorted(std::span<const Weight> entries, std::size_t keys, Key key) {
  std::vector<std::uint32_t> next(keys + 1, 0);
  for (const Weight& entry : entries) ++next[static_cast<std::size_t>(key(entry)) + 1];
  for (std::size_t i = 0; i < keys; ++i) next[i + 1] += next[i];
  std::vector<Weight> result(entries.size());
  for (const Weight& entry : entries) result[next[static_cast<std::size_t>(key(entry))]++] = entry;
  return result;
}

}  // namespace

WeightTable::WeightTable(std::size_t particles, std::size_t elements, std::span<const Weight> entries) {
  const auto by_element = sorted(entries, elements, [](const Weight& entry) { return entry.element; });
  const auto by_both = sorted(by_element, particles, [](const Weight& entry) { return entry.particle; });
  begin_.assign(particles + 1, 0);
  entries_.reserve(by_both.size());
  for (const Weight& entry : by_both) {
    if (!entries_.empty() && entries_.back().particle == entry.particle &&
        entries_.back().element == entry.element) {
      entries_.back().weight += entry.weight;
    } else {
      entries_.push_back(entry);
      ++begin_[static_cast<std::size_t>(entry.particle) + 1];
    }
  }
  for (std::size_t i = 0; i < particles; ++i) begin_[i + 1] += begin_[i];
}

double WeightTable::sum(std::size_t particle) const {
  double total = 0;
  for (const Weight& entry : of(particle)) total += entry.weight;
  return total;
}

double WeightTable::largest(std::size_t particle) const {
  double most = 0;
  for (const Weight& entry : of(particle)) most = std::max(most, entry.weight);
  return most;
}

std::int32_t best_unused(const WeightTable& table, std::size_t particle, const std::vector<char>& used) {
  std::int32_t best = -1;
  double most = 0;
  for (const Weight& entry : table.of(particle))
    if (entry.weight > most && used[static_cast<std::size_t>(entry.element)] == 0) {
      best = entry.element;
      most = entry.weight;
    }
  return best;
}

std::vector<std::int32_t> dominant(const WeightTable& table, std::size_t elements,
                                   const std::vector<char>& counts) {
  std::vector<std::int32_t> winners(elements, -1);
  std::vector<double> most(elements, 0);
  for (const Weight& entry : table.all()) {
    const auto element = static_cast<std::size_t>(entry.element);
    if (counts[static_cast<std::size_t>(entry.particle)] != 0 && entry.weight > most[element]) {
      winners[element] = entry.particle;
      most[element] = entry.weight;
    }
  }
  return winners;
}

}  // namespace sluice::import
