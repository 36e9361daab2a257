#include "tests/stages/hpo/support/protocol.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace sluice::hpo {

std::vector<std::size_t> numpy_permutation(std::uint32_t seed, std::size_t n) {
  std::mt19937 generator(seed);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n - 1; i > 0; --i) {
    std::uint32_t mask = 1;
    while (mask < i) mask = 2 * mask + 1;
    std::uint32_t j = 0;
    do {
      j = static_cast<std::uint32_t>(generator()) & mask;
    } while (j > i);
    std::swap(order[i], order[j]);
  }
  return order;
}

ScoreTable table_of(std::vector<double> scores) {
  std::sort(scores.begin(), scores.end());
  const auto n = static_cast<double>(scores.size());
  ScoreTable table;
  table.best = scores.back();
  table.worst = scores.front();
  table.mean = std::accumulate(scores.begin(), scores.end(), 0.0) / n;
  for (const double score : scores) table.deviation += (score - table.mean) * (score - table.mean) / n;
  table.deviation = std::sqrt(table.deviation);
  table.median = (scores[(scores.size() - 1) / 2] + scores[scores.size() / 2]) / 2;
  return table;
}

}  // namespace sluice::hpo
