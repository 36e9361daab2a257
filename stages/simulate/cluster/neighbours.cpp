#include "stages/simulate/cluster/neighbours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::simulate {

namespace {

constexpr int cell_bits = 21;
constexpr std::int64_t cell_offset = 1 << (cell_bits - 1);

std::uint64_t cube_of(std::int64_t x, std::int64_t y, std::int64_t z) {
  const auto bits = [](std::int64_t i) { return static_cast<std::uint64_t>(i + cell_offset); };
  return bits(x) << (2 * cell_bits) | bits(y) << cell_bits | bits(z);
}

/// Points sorted by their cubes, and a hash table from cube to its first point.
struct Grid {
  struct Entry {
    std::uint64_t cube;
    std::uint32_t point;
  };
  struct Cube {
    std::uint64_t cube = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;  ///< 0: a free slot of the table
  };

  Grid(const std::vector<Vec3>& points, double reach) {
    entries.reserve(points.size());
    const auto index = [reach](double x) { return static_cast<std::int64_t>(std::floor(x / reach)); };
    for (std::uint32_t i = 0; i < points.size(); ++i)
      entries.push_back({cube_of(index(points[i].x), index(points[i].y), index(points[i].z)), i});
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return a.cube != b.cube ? a.cube < b.cube : a.point < b.point;
    });
    sorted.reserve(points.size());
    for (const Entry& entry : entries) sorted.push_back(points[entry.point]);
    std::size_t size = 64;
    while (size < 2 * points.size()) size *= 2;
    table.resize(size);
    for (std::uint32_t begin = 0, end = 0; begin < entries.size(); begin = end) {
      while (end < entries.size() && entries[end].cube == entries[begin].cube) ++end;
      const Cube cube{entries[begin].cube, begin, end};
      cubes.push_back(cube);
      Cube* slot = slot_of(cube.cube);
      *slot = cube;
    }
  }

  const Cube* find(std::uint64_t cube) { return slot_of(cube); }

  std::vector<Entry> entries;
  std::vector<Vec3> sorted;  ///< the points in the order of the entries
  std::vector<Cube> cubes;
  std::vector<Cube> table;  ///< by hash

  Cube* slot_of(std::uint64_t cube) {
    std::uint64_t mixed = cube * 0x9E3779B97F4A7C15ULL;
    mixed ^= mixed >> 32U;
    std::size_t slot = mixed & (table.size() - 1);
    while (table[slot].end != 0 && table[slot].cube != cube) slot = (slot + 1) & (table.size() - 1);
    return &table[slot];
  }
};

/// Half of a cube's 26 neighbours: the other half has this one among theirs.
std::array<std::uint64_t, 13> forward_offsets() {
  std::array<std::uint64_t, 13> offsets{};
  std::size_t count = 0;
  const std::uint64_t zero = cube_of(0, 0, 0);
  for (std::int64_t x = -1; x <= 1; ++x)
    for (std::int64_t y = -1; y <= 1; ++y)
      for (std::int64_t z = -1; z <= 1; ++z)
        if (x > 0 || (x == 0 && (y > 0 || (y == 0 && z > 0)))) offsets[count++] = cube_of(x, y, z) - zero;
  return offsets;
}

}  // namespace

std::vector<Pair> near_pairs(const std::vector<Vec3>& points, double reach_mm) {
  static const std::array<std::uint64_t, 13> offsets = forward_offsets();
  std::vector<Pair> pairs;
  pairs.reserve(points.size() * 8);
  Grid grid(points, reach_mm);
  const double reach2 = reach_mm * reach_mm;
  const auto consider = [&](std::uint32_t a, std::uint32_t b) {
    if ((grid.sorted[a] - grid.sorted[b]).norm2() < reach2)
      pairs.push_back({grid.entries[a].point, grid.entries[b].point});
  };
  for (const Grid::Cube& cube : grid.cubes) {
    for (std::uint32_t i = cube.begin; i < cube.end; ++i)
      for (std::uint32_t j = i + 1; j < cube.end; ++j) consider(i, j);
    for (const std::uint64_t offset : offsets) {
      const Grid::Cube* other = grid.find(cube.cube + offset);
      for (std::uint32_t i = cube.begin; other->end != 0 && i < cube.end; ++i)
        for (std::uint32_t j = other->begin; j < other->end; ++j) consider(i, j);
    }
  }
  return pairs;
}

}  // namespace sluice::simulate
