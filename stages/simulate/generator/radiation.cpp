#include "stages/simulate/generator/radiation.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice::simulate {

namespace {

constexpr double fine_structure = 1 / 137.036;
constexpr double electron_mass = 0.00051099895;
constexpr int soft_steps = 2000;
constexpr int hard_steps = 20'000;  // a Z is 2.5 GeV wide

}  // namespace

BeamRadiation::BeamRadiation(double sqrt_s, double least_sqrt_s,
                             const std::function<double(double)>& cross_section) {
  const double s = sqrt_s * sqrt_s;
  const double beta =
      2 * fine_structure / std::numbers::pi * (std::log(s / (electron_mass * electron_mass)) - 1);
  const double least = least_sqrt_s * least_sqrt_s / s;
  // The radiator is flat in (1 - share)^beta; the Z's peak needs steps that are even in the share as well.
  for (int i = 0; i <= soft_steps; ++i)
    shares_.push_back(1 - std::pow(static_cast<double>(i) / soft_steps, 1 / beta));
  for (int i = 0; i < hard_steps; ++i) shares_.push_back(static_cast<double>(i) / hard_steps);
  std::erase_if(shares_, [least](double share) { return share < least; });
  std::sort(shares_.begin(), shares_.end(), std::greater<>());
  const auto density = [&](double share) { return 0.5 * (1 + share * share) * cross_section(share * s); };
  const auto flat = [beta](double share) { return std::pow(1 - share, beta); };
  cumulative_.assign(shares_.size(), 0);
  for (std::size_t i = 1; i < shares_.size(); ++i)
    cumulative_[i] = cumulative_[i - 1] + 0.5 * (density(shares_[i]) + density(shares_[i - 1])) *
                                              (flat(shares_[i]) - flat(shares_[i - 1]));
}

double BeamRadiation::draw(RandomStream& random) const {
  const double wanted = random.uniform() * cumulative_.back();
  const auto above = std::lower_bound(cumulative_.begin() + 1, cumulative_.end(), wanted);
  const auto i = static_cast<std::size_t>(std::min(above, cumulative_.end() - 1) - cumulative_.begin());
  const double step = cumulative_[i] - cumulative_[i - 1];
  const double part = step > 0 ? (wanted - cumulative_[i - 1]) / step : 0;
  return shares_[i - 1] + part * (shares_[i] - shares_[i - 1]);
}

}  // namespace sluice::simulate
