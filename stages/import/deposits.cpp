#include "stages/import/deposits.h"

#include <cmath>

namespace sluice::import {

namespace {

bool inside(std::int32_t index, std::size_t size) {
  return index >= 0 && static_cast<std::size_t>(index) < size;
}

class LinkReader {
 public:
  LinkReader(const TruthInput& input, Deposits& deposits) : input_(input), deposits_(deposits) {}

  /// Counts what it refuses.
  bool usable(const Link& link, std::size_t elements) {
    if (!inside(link.element, elements)) return ++deposits_.dangling, false;
    if (!(link.weight > 0) || !std::isfinite(link.weight)) return ++deposits_.weightless, false;
    return true;
  }
  bool has_particle(const Link& link) {
    if (inside(link.particle, input_.pdg.size())) return true;
    return ++deposits_.dangling, false;
  }

  void read(std::span<const Link> links, std::size_t elements, std::vector<Weight>& out) {
    out.reserve(links.size());
    for (const Link& link : links)
      if (usable(link, elements) && has_particle(link))
        out.push_back({link.particle, link.element, link.weight});
  }

  void read_hits() {
    std::vector<double> sums(input_.hit_energy.size(), 0);
    std::vector<const Link*> used;
    used.reserve(input_.hit_links.size());
    for (const Link& link : input_.hit_links)
      if (usable(link, input_.hit_energy.size())) {
        sums[static_cast<std::size_t>(link.element)] += link.weight;
        used.push_back(&link);
      }
    deposits_.hits.reserve(used.size());
    for (const Link* link : used) {
      const auto hit = static_cast<std::size_t>(link->element);
      const double energy = input_.hit_energy[hit];
      if (has_particle(*link) && energy > 0 && std::isfinite(energy))
        deposits_.hits.push_back({link->particle, link->element, link->weight / sums[hit] * energy});
    }
  }

 private:
  const TruthInput& input_;
  Deposits& deposits_;
};

}  // namespace

Deposits read_links(const TruthInput& input) {
  Deposits deposits;
  LinkReader reader(input, deposits);
  reader.read_hits();
  reader.read(input.track_links, input.track_charge.size(), deposits.tracks);
  reader.read(input.cluster_links, input.clusters, deposits.clusters);
  return deposits;
}

std::vector<Weight> in_clusters(const TruthInput& input, const WeightTable& hits, std::int32_t& dangling) {
  std::vector<Pair> pairs;
  pairs.reserve(input.cluster_hits.size());
  for (const ClusterHit& pair : input.cluster_hits) {
    if (inside(pair.cluster, input.clusters) && inside(pair.hit, input.hit_energy.size()))
      pairs.push_back({pair.hit, pair.cluster});
    else
      ++dangling;
  }
  const Lists clusters_of = list_by_row(input.hit_energy.size(), pairs);
  std::vector<Weight> result;
  result.reserve(hits.all().size());
  for (const Weight& entry : hits.all())
    for (const std::int32_t cluster : clusters_of.of(static_cast<std::size_t>(entry.element)))
      result.push_back({entry.particle, cluster, entry.weight});
  return result;
}

}  // namespace sluice::import
