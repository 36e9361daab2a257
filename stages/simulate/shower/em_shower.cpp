#include "stages/simulate/shower/em_shower.h"

#include <cmath>
#include <limits>

namespace sluice::simulate {

namespace {

constexpr double widest_moliere = 8;    ///< further out nothing is seen
constexpr double most_spots = 100'000;  ///< above a TeV spots grow instead

/// Numbers of equations and tables in hep-ex/0001020, appendix A (homogeneous media).
struct Shape {
  double maximum = 0;  ///< depth, in radiation lengths
  double alpha = 0;
};

Shape draw_shape(const ShowerSettings& settings, double energy, RandomStream& random) {
  const double ln_y = std::max(std::log(energy / settings.critical_energy_gev), 1.4);
  const double mean_t = std::log(ln_y - 0.812);
  const double mean_alpha = std::log(0.81 + (0.458 + 2.26 / settings.effective_z) * ln_y);
  const double width_t = std::min(1 / (-1.4 + 1.26 * std::max(ln_y, 2.0)), 0.6);
  const double width_alpha = std::min(1 / (-0.58 + 0.86 * std::max(ln_y, 2.0)), 0.6);
  const double rho = 0.705 - 0.023 * ln_y;
  const double common = std::sqrt((1 + rho) / 2);
  const double opposite = std::sqrt((1 - rho) / 2);
  const double a = random.normal();
  const double b = random.normal();
  return {std::exp(mean_t + width_t * (common * a + opposite * b)),
          std::max(1.05, std::exp(mean_alpha + width_alpha * (common * a - opposite * b)))};
}

/// The radial profile at some energy: a core and a tail, both 2 r R^2 / (r^2 + R^2)^2.
class Radii {
 public:
  Radii(const ShowerSettings& settings, double energy) : moliere_mm_(settings.moliere_mm) {
    const double ln_e = std::log(std::max(energy, 0.1));
    const double z = settings.effective_z;
    z1_ = 0.0251 + 0.00319 * ln_e;
    z2_ = 0.1162 - 0.000381 * z;
    k1_ = 0.659 - 0.00309 * z;
    k4_ = 0.3585 + 0.0421 * ln_e;
    p1_ = 2.632 - 0.00094 * z;
    p2_ = 0.401 + 0.00187 * z;
    p3_ = 1.313 - 0.0686 * ln_e;
  }

  /// At a depth tau in units of that of the maximum.
  double draw(double tau, RandomStream& random) const {
    const double scaled = (p2_ - tau) / p3_;
    const double core_share = std::clamp(p1_ * std::exp(scaled - std::exp(scaled)), 0.0, 1.0);
    const double late = tau - 0.645;
    const double scale = random.chance(core_share)
                             ? z1_ + z2_ * tau
                             : k1_ * (std::exp(-2.59 * late) + std::exp(std::min(k4_ * late, 3.0)));
    const double u = random.uniform();
    return std::min(scale * std::sqrt(u / (1 - u)), widest_moliere) * moliere_mm_;
  }

 private:
  double moliere_mm_;
  double z1_, z2_, k1_, k4_, p1_, p2_, p3_;
};

}  // namespace

void em_shower(const ShowerSettings& settings, const Ray& ray, double start_x0, double energy,
               double least_spot_gev, RandomStream& random, Spots& spots) {
  const double spot_gev = std::max(least_spot_gev, energy / most_spots);
  const int count = random.poisson(energy / spot_gev);
  if (count == 0) return;
  const Shape shape = draw_shape(settings, energy, random);
  const Radii radii(settings, energy);
  const double beta = (shape.alpha - 1) / shape.maximum;
  const auto [u, v] = transverse_of(ray.direction());
  for (int i = 0; i < count; ++i) {
    const double t = random.gamma(shape.alpha) / beta;
    const double radius = radii.draw(t / shape.maximum, random);
    const double angle = random.angle();
    const auto [s, region] = ray.after_x0(start_x0 + t);
    const double spot = spot_gev * random.exponential();
    if (region == nullptr) {
      spots.push_back({{}, nullptr, spot, 0, 0});
      continue;
    }
    const Vec3 aside = u * (radius * std::cos(angle)) + v * (radius * std::sin(angle));
    spots.push_back({ray.at(s) + aside, region, spot, s, 0});
  }
}

}  // namespace sluice::simulate
