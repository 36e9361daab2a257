#include "stages/simulate/cluster/clustering.h"

#include <algorithm>
#include <limits>

#include "stages/simulate/cluster/neighbours.h"

namespace sluice::simulate {

namespace {

constexpr int layer_unit = 10'000;  ///< of CaloHit::type

Vec3 position_of(const CaloHit& hit) { return {hit.position[0], hit.position[1], hit.position[2]}; }

/// Clusters of the hits [begin, end); their numbers begin at `first`. Returns the next free number.
std::uint32_t cluster_part(const std::vector<CaloHit>& hits, std::uint32_t begin, std::uint32_t end,
                           const DensitySettings& settings, std::uint32_t first,
                           std::vector<std::uint32_t>& cluster) {
  std::vector<Vec3> points;
  std::vector<double> energies;
  for (std::uint32_t i = begin; i < end; ++i) {
    points.push_back(position_of(hits[i]));
    energies.push_back(hits[i].energy);
  }
  std::uint32_t next = first;
  for (const std::uint32_t number : density_clusters(points, energies, settings)) {
    cluster.push_back(first + number);
    next = std::max(next, first + number + 1);
  }
  return next;
}

/// Each cluster in the HCAL goes to the one in the ECAL that ends nearest to where it begins.
void join_over_gap(const std::vector<CaloHit>& hits, std::uint32_t hcal_begin, std::uint32_t hcal_end,
                   int ecal_layers, const ClusterSettings& settings, std::vector<std::uint32_t>& cluster,
                   std::uint32_t count) {
  std::vector<std::uint32_t> chosen;
  std::vector<Vec3> points;
  for (std::uint32_t i = 0; i < hcal_end; ++i) {
    const int layer = hits[i].type / layer_unit;
    const bool near = i < hcal_begin ? layer >= ecal_layers - settings.ecal_last_layers
                                     : layer < settings.hcal_first_layers;
    if (!near) continue;
    chosen.push_back(i);
    points.push_back(position_of(hits[i]));
  }
  std::vector<double> nearest(count, std::numeric_limits<double>::infinity());
  std::vector<std::uint32_t> joined(count);
  for (std::uint32_t i = 0; i < count; ++i) joined[i] = i;
  for (const Pair& pair : near_pairs(points, settings.gap_reach_mm)) {
    std::uint32_t inner = chosen[pair.a];
    std::uint32_t outer = chosen[pair.b];
    if (inner > outer) std::swap(inner, outer);
    if (inner >= hcal_begin || outer < hcal_begin) continue;
    const double distance = (points[pair.a] - points[pair.b]).norm2();
    if (distance >= nearest[cluster[outer]]) continue;
    nearest[cluster[outer]] = distance;
    joined[cluster[outer]] = cluster[inner];
  }
  for (std::uint32_t& number : cluster) number = joined[number];
}

}  // namespace

std::vector<HitGroup> cluster_hits(const std::vector<CaloHit>& hits,
                                   const std::array<std::uint32_t, calo_parts + 1>& begin, int ecal_layers,
                                   const ClusterSettings& settings) {
  const std::uint32_t hcal_begin = begin[static_cast<std::size_t>(CaloPart::hcal_barrel)];
  const std::uint32_t hcal_end = begin[static_cast<std::size_t>(CaloPart::muon)];
  std::vector<std::uint32_t> cluster;
  cluster.reserve(hcal_end);
  std::uint32_t count = cluster_part(hits, 0, hcal_begin, settings.ecal, 0, cluster);
  count = cluster_part(hits, hcal_begin, hcal_end, settings.hcal, count, cluster);
  join_over_gap(hits, hcal_begin, hcal_end, ecal_layers, settings, cluster, count);
  std::vector<HitGroup> groups(count);
  for (std::uint32_t hit = 0; hit < hcal_end; ++hit) groups[cluster[hit]].push_back(hit);
  std::erase_if(groups, [](const HitGroup& group) { return group.empty(); });
  return groups;
}

}  // namespace sluice::simulate
