#include "stages/evaluate/physics/bootstrap.h"

#include <array>

#include "stages/stage/random.h"

namespace sluice::evaluate {

namespace {

/// Poisson numbers of mean 1 from 32 random bits: the distribution's sum up to k, times 2^32, rounded.
constexpr std::array<std::uint32_t, 10> up_to = {1580030169, 3160060337, 3950075422, 4213413783, 4279248374,
                                                 4292415292, 4294609778, 4294923276, 4294962463, 4294966817};

std::uint8_t poisson(std::uint32_t bits) {
  std::uint8_t k = 0;
  while (k < up_to.size() && bits >= up_to[k]) ++k;
  return k;
}

}  // namespace

Weights Bootstrap::weights(std::uint64_t event) const {
  Weights weights(static_cast<std::size_t>(replicas_));
  for (std::size_t i = 0; i < weights.size(); i += 4) {
    const stage::Random4 bits = stage::random4(seed_, event, i / 4);
    for (std::size_t k = 0; k < 4 && i + k < weights.size(); ++k) weights[i + k] = poisson(bits[k]);
  }
  return weights;
}

}  // namespace sluice::evaluate
