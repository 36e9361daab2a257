#include "stages/simulate/shower/hadron_shower.h"

#include <cmath>
#include <limits>

#include "stages/simulate/shower/em_shower.h"

namespace sluice::simulate {

namespace {

constexpr double landau_shape = 6;           ///< of the gamma distribution that stands for Landau's
constexpr double softest_cascade_gev = 1.2;  ///< below, a hadron ends where it interacts
constexpr double pion0_share = 0.28;    ///< of the secondaries; one third less what baryons and kaons take
constexpr double charged_share = 0.62;  ///< of the others
constexpr double mean_pt_gev = 0.35;    ///< of secondaries against their parent
constexpr double spot_gev = 0.035;  ///< of the nuclear part, between one and two minimum ionising particles
constexpr double em_spot_gev = 0.030;
constexpr double largest_relative_sigma =
    0.6;  ///< the cards' constant terms exceed all energy there is below 2 GeV
constexpr std::size_t most_hadrons = 2000;

class Cascade {
 public:
  Cascade(const Detector& detector, RandomStream& random, Spots& spots)
      : detector_(detector), random_(random), spots_(spots) {}

  HadronShower run(const Hadron& primary) {
    HadronShower shower;
    todo_.push_back(primary);
    for (std::size_t i = 0; i < todo_.size() && i < most_hadrons; ++i) {
      const Hadron hadron = todo_[i];
      Vec3 place;
      const bool interacted = step(hadron, place);
      if (i == 0) {
        shower = {interacted, place};
        before_ = spots_.size();
      }
      if (interacted && i == 0) before_ = primary_track_end_;
    }
    return shower;
  }
  /// Spots before this one are the primary's track, which is not part of the shower.
  std::size_t shower_begin() const { return before_; }

 private:
  bool step(const Hadron& hadron, Vec3& place) {
    const Ray ray(detector_, hadron.position, hadron.direction);
    const auto [s, region] = ray.after_lambda(random_.exponential());
    double left = hadron.energy;
    double end = region == nullptr ? std::numeric_limits<double>::infinity() : s;
    if (hadron.charged) left -= ionise(ray, 0, end, left, random_, spots_);
    primary_track_end_ = spots_.size();
    const bool stops = hadron.charged && left <= 0;
    place = ray.at(std::min(end, 1e4));
    if (region == nullptr || stops) return stops;
    if (left < softest_cascade_gev)
      break_nucleus(ray, end, left);
    else
      interact(ray, end, left);
    return true;
  }

  void interact(const Ray& ray, double s, double energy) {
    const int count = 2 + random_.poisson(1.1 * std::log(energy));
    std::vector<double> shares(static_cast<std::size_t>(count));
    double sum = 0;
    for (double& share : shares) sum += share = random_.exponential();
    shares[0] += sum;  // the leading particle
    sum *= 2;
    const Vec3 place = ray.at(s);
    for (const double share : shares) {
      const double one = energy * share / sum;
      const double pt = mean_pt_gev * random_.gamma(2) / 2;
      const double sine = std::min(pt / one, 0.95);
      const Vec3 direction = turned(ray.direction(), std::sqrt(1 - sine * sine), random_.angle());
      if (random_.chance(pion0_share)) {
        const Ray photon(detector_, place, direction);
        em_shower(detector_.shower, photon, 9.0 / 7 * random_.exponential(), one, em_spot_gev, random_,
                  spots_);
      } else {
        todo_.push_back({place, direction, one, random_.chance(charged_share)});
      }
    }
  }

  /// Slow protons close by, neutrons further off and later.
  void break_nucleus(const Ray& ray, double s, double energy) {
    const auto count = static_cast<int>(1 + random_.poisson(energy / spot_gev));
    const auto [u, v] = transverse_of(ray.direction());
    for (int i = 0; i < count; ++i) {
      const bool neutron = random_.chance(0.2);
      const double width = neutron ? 90.0 : 22.0;
      const double along = s + (neutron ? 90 * random_.normal() : 45 * random_.exponential());
      const Vec3 position = ray.at(along) + u * (width * random_.normal()) + v * (width * random_.normal());
      const double one = energy / count * 2 * random_.uniform();
      spots_.push_back(
          {position, region_at(ray, along), one, along, neutron ? 8 * random_.exponential() : 0});
    }
  }

  static const CaloRegion* region_at(const Ray& ray, double s) {
    for (const Segment& segment : ray.segments())
      if (s >= segment.begin && s < segment.end) return segment.region;
    return nullptr;
  }

  const Detector& detector_;
  RandomStream& random_;
  Spots& spots_;
  std::vector<Hadron> todo_;
  std::size_t before_ = 0;
  std::size_t primary_track_end_ = 0;
};

/// A total for the shower: right mean, and together with the statistics of its spots the right width.
double draw_total(double energy, const EnergyResolution& resolution, RandomStream& random) {
  const double sigma = std::min(std::sqrt(resolution.variance(energy)), largest_relative_sigma * energy);
  const double shape = energy * energy / (sigma * sigma);
  return energy * random.gamma(shape) / shape;
}

}  // namespace

double ionise(const Ray& ray, double begin, double& end, double available, RandomStream& random,
              Spots& spots) {
  double lost = 0;
  for (const Segment& segment : ray.segments()) {
    const CaloRegion& region = *segment.region;
    // Barrels are crossed along the normal of the side that is entered.
    const Vec3 entry = ray.at(segment.begin);
    const double radius = std::max(entry.perp(), 1.0);
    const double slope = region.barrel ? (ray.direction().x * entry.x + ray.direction().y * entry.y) / radius
                                       : std::abs(ray.direction().z);
    const double step = region.layer_mm() / std::max(std::abs(slope), 0.15);
    const double path = step / region.layer_mm();
    for (double s = std::max(segment.begin, begin) + 0.5 * step; s < std::min(segment.end, end); s += step) {
      const double mean = region.mip_gev * path;
      const double loss = mean * random.gamma(landau_shape) / landau_shape;
      if (region.kind != CaloKind::muon) lost += loss;
      if (lost > available) {
        end = s;
        return available;
      }
      spots.push_back({ray.at(s), &region, loss, s, 0});
    }
  }
  return lost;
}

HadronShower hadron_shower(const Detector& detector, const Hadron& hadron, const EnergyResolution& resolution,
                           RandomStream& random, Spots& spots) {
  const std::size_t first = spots.size();
  Cascade cascade(detector, random, spots);
  const HadronShower shower = cascade.run(hadron);
  if (!shower.interacted) return shower;
  double track = 0;
  for (std::size_t i = first; i < cascade.shower_begin(); ++i) track += spots[i].energy;
  double sum = 0;
  for (std::size_t i = cascade.shower_begin(); i < spots.size(); ++i) sum += spots[i].energy;
  const ShowerSettings& settings = detector.shower;
  const double total = draw_total(hadron.energy, resolution, random) * settings.response_hadronic;
  const double factor = sum > 0 ? std::max(total + settings.hadronic_loss_gev - track, 0.0) / sum : 0;
  for (std::size_t i = cascade.shower_begin(); i < spots.size(); ++i) spots[i].energy *= factor;
  return shower;
}

}  // namespace sluice::simulate
