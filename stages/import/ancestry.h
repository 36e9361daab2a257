// Who descends from whom in the record of a simulated event. Files say it twice (parents and daughters), or
// only once, with duplicates, with references to nowhere, and, when something went wrong, in circles; here it
// is a clean graph without circles, and each question is answered in time proportional to the record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice::import {

constexpr std::int32_t nobody = -1;

struct Descent {
  std::int32_t parent = nobody;
  std::int32_t child = nobody;
};

/// Lists of items, one for each row: those of row i are [begin[i], begin[i + 1]).
struct Lists {
  std::vector<std::uint32_t> begin;
  std::vector<std::int32_t> items;

  std::span<const std::int32_t> of(std::size_t row) const {
    return std::span(items).subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

/// The second of each pair, listed under the first, in the order of the pairs. Rows must be below `rows`.
struct Pair {
  std::int32_t row;
  std::int32_t item;
};
Lists list_by_row(std::size_t rows, std::span<const Pair> pairs);

class Ancestry {
 public:
  Ancestry(std::size_t particles, std::span<const Descent> descents);

  std::size_t particles() const { return particles_; }
  /// In the order of the descents, without duplicates.
  std::span<const std::int32_t> parents(std::size_t particle) const { return parents_.of(particle); }
  std::span<const std::int32_t> children(std::size_t particle) const { return children_.of(particle); }

  std::int32_t dangling() const { return dangling_; }      ///< descents that name no particle
  std::int32_t cycles_cut() const { return cycles_cut_; }  ///< descents left out because they close a circle

 private:
  std::vector<Pair> cut_cycles(std::vector<Pair> child_and_parent);

  std::size_t particles_;
  Lists parents_;
  Lists children_;
  std::int32_t dangling_ = 0;
  std::int32_t cycles_cut_ = 0;
};

/// For each particle the nearest of `sources` among itself and its ancestors, going through no other source;
/// the lower one where two are equally near. Particles for which `taken` is not nobody keep it.
void spread_to_descendants(const Ancestry& ancestry, std::span<const std::int32_t> sources,
                           std::vector<std::int32_t>& taken);

/// True for all ancestors of the marked particles, and for those only.
std::vector<char> ancestors_of(const Ancestry& ancestry, const std::vector<char>& marked);

}  // namespace sluice::import
