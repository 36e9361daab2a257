#include "stages/simulate/cluster/density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "stages/simulate/cluster/neighbours.h"

namespace sluice::simulate {

namespace {

struct Link {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  float distance = 0;  ///< as a share of the reach
};

std::vector<Link> links_of(const std::vector<Vec3>& points, const DensitySettings& settings) {
  std::vector<Vec3> directions;
  directions.reserve(points.size());
  for (const Vec3& point : points) directions.push_back(unit(point));
  std::vector<Link> links;
  const double shrink = 1 - 1 / (settings.stretch * settings.stretch);
  // Looks as far along the flight as across it, and forgives more there.
  const double across = settings.reach_mm / std::sqrt(settings.stretch);
  for (const Pair& pair : near_pairs(points, settings.reach_mm)) {
    const Vec3 apart = points[pair.b] - points[pair.a];
    const double along = apart.dot(directions[pair.a]);
    const double square = apart.norm2() - shrink * along * along;
    if (square < across * across)
      links.push_back({pair.a, pair.b, static_cast<float>(std::sqrt(std::max(square, 0.0)) / across)});
  }
  return links;
}

std::vector<double> densities(const std::vector<double>& energies, const std::vector<Link>& links) {
  std::vector<double> density = energies;
  for (const Link& link : links) {
    const double weight = 1 - link.distance;
    density[link.a] += weight * energies[link.b];
    density[link.b] += weight * energies[link.a];
  }
  return density;
}

class Hills {
 public:
  explicit Hills(std::vector<double> density) : density_(std::move(density)), up_(density_.size()) {
    std::iota(up_.begin(), up_.end(), 0U);
  }

  bool higher(std::uint32_t a, std::uint32_t b) const {
    return density_[a] != density_[b] ? density_[a] > density_[b] : a < b;
  }

  /// Every hit goes up to the nearest one that is higher.
  void climb(const std::vector<Link>& links) {
    std::vector<float> nearest(up_.size(), std::numeric_limits<float>::infinity());
    for (const Link& link : links) {
      const auto [low, high] = higher(link.a, link.b) ? std::pair(link.b, link.a) : std::pair(link.a, link.b);
      const bool better =
          link.distance < nearest[low] || (link.distance == nearest[low] && higher(high, up_[low]));
      if (!better) continue;
      nearest[low] = link.distance;
      up_[low] = high;
    }
  }

  std::uint32_t summit(std::uint32_t hit) {
    std::uint32_t top = hit;
    while (up_[top] != top) top = up_[top];
    while (up_[hit] != top) hit = std::exchange(up_[hit], top);
    return top;
  }

  /// Passes from the highest to the lowest: where one is high enough, the lower hill joins the higher.
  void merge(std::vector<Link>& links, const DensitySettings& settings) {
    const auto pass = [this](const Link& link) { return std::min(density_[link.a], density_[link.b]); };
    std::erase_if(links, [this](const Link& link) { return summit(link.a) == summit(link.b); });
    std::sort(links.begin(), links.end(), [&](const Link& x, const Link& y) {
      const double px = pass(x);
      const double py = pass(y);
      if (px != py) return px > py;
      return x.a != y.a ? x.a < y.a : x.b < y.b;
    });
    for (const Link& link : links) {
      std::uint32_t low = summit(link.a);
      std::uint32_t high = summit(link.b);
      if (low == high) continue;
      if (higher(low, high)) std::swap(low, high);
      if (pass(link) >= settings.valley * density_[low] || density_[low] < settings.least_summit)
        up_[low] = high;
    }
  }

 private:
  std::vector<double> density_;
  std::vector<std::uint32_t> up_;
};

}  // namespace

std::vector<std::uint32_t> density_clusters(const std::vector<Vec3>& points,
                                            const std::vector<double>& energies,
                                            const DensitySettings& settings) {
  std::vector<Link> links = links_of(points, settings);
  Hills hills(densities(energies, links));
  hills.climb(links);
  hills.merge(links, settings);
  std::vector<std::uint32_t> number(points.size(), std::numeric_limits<std::uint32_t>::max());
  std::vector<std::uint32_t> cluster(points.size());
  std::uint32_t count = 0;
  for (std::uint32_t hit = 0; hit < points.size(); ++hit) {
    std::uint32_t& mine = number[hills.summit(hit)];
    if (mine == std::numeric_limits<std::uint32_t>::max()) mine = count++;
    cluster[hit] = mine;
  }
  return cluster;
}

}  // namespace sluice::simulate
