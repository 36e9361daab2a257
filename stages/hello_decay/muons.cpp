#include "stages/hello_decay/muons.h"

#include <array>
#include <cmath>

#include "stages/stage/random.h"

namespace sluice::hello {

namespace {

/// Positive to negative muons at sea level; CMS Collaboration, Phys. Lett. B 692 (2010) 83.
constexpr double charge_ratio = 1.2766;

void record(Histogram& histogram, double time_us) {
  if (time_us >= histogram.gate_us) return;
  const auto bin = static_cast<std::size_t>(time_us / histogram.bin_width_us());
  if (bin < histogram.counts.size()) ++histogram.counts[bin];
}

}  // namespace

std::span<const Absorber> absorbers() {
  static constexpr std::array<Absorber, 4> known = {
      {{"vacuum", muon_lifetime_us}, {"carbon", 2.0263}, {"aluminium", 0.8640}, {"iron", 0.2060}}};
  return known;
}

void stop_muons(const Absorber& absorber, std::int64_t first, std::int64_t count, Histogram& histogram) {
  const double positive = charge_ratio / (1 + charge_ratio);
  // A captured muon leaves no electron behind: the share that decays is the ratio of the mean lives.
  const double seen = positive + (1 - positive) * absorber.negative_lifetime_us / muon_lifetime_us;
  for (std::int64_t muon = first; muon < first + count; ++muon) {
    const auto bits =
        stage::random4(static_cast<std::uint64_t>(histogram.seed), static_cast<std::uint64_t>(muon));
    const double fate = stage::uniform(bits[0]);
    const double lifetime_us = fate < positive ? muon_lifetime_us : absorber.negative_lifetime_us;
    if (fate < seen) record(histogram, -lifetime_us * std::log(stage::uniform(bits[1])));
    if (stage::uniform(bits[2]) < histogram.noise)
      record(histogram, histogram.gate_us * stage::uniform(bits[3]));
  }
  histogram.stopped += count;
}

}  // namespace sluice::hello
