// How much of each particle is in each hit, cluster or track: a sparse table, built in time proportional to
// the links it is built from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice::import {

struct Weight {
  std::int32_t particle = 0;
  std::int32_t element = 0;
  double weight = 0;
};

class WeightTable {
 public:
  WeightTable() = default;
  /// Entries of the same particle and element are added up. Indices must be inside.
  WeightTable(std::size_t particles, std::size_t elements, std::span<const Weight> entries);

  std::span<const Weight> of(std::size_t particle) const {
    return std::span(entries_).subspan(begin_[particle], begin_[particle + 1] - begin_[particle]);
  }
  std::span<const Weight> all() const { return entries_; }  ///< by particle, then by element
  double sum(std::size_t particle) const;
  double largest(std::size_t particle) const;  ///< 0 where there is none

 private:
  std::vector<std::uint32_t> begin_ = {0};
  std::vector<Weight> entries_;
};

/// The element of this particle with the largest weight that is not used; -1: none is left.
std::int32_t best_unused(const WeightTable& table, std::size_t particle, const std::vector<char>& used);

/// For each element the particle that has most of it, among those for which `counts`; -1: nobody.
std::vector<std::int32_t> dominant(const WeightTable& table, std::size_t elements,
                                   const std::vector<char>& counts);

}  // namespace sluice::import
