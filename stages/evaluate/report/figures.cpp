#include "stages/evaluate/report/figures.h"

namespace sluice::evaluate {

const char* colour_of(std::size_t source) {
  constexpr std::array<const char*, source_count> colours = {foreground, target_colour, baseline_colour,
                                                             our_colour};
  return colours[source];
}

std::string class_title(std::size_t of_class) {
  std::string name(events::class_names[of_class]);
  for (char& c : name)
    if (c == '_') c = ' ';
  return name;
}

void add_spectra(Figure& figure, const BySource<Spectrum>& spectra, std::size_t reference, double low,
                 int replicas) {
  std::size_t bins = 0;
  for (const Spectrum& spectrum : spectra) bins = std::max(bins, spectrum.bins());
  std::size_t first = 0;
  const auto empty = [&](std::size_t bin) {
    for (const Spectrum& spectrum : spectra)
      if (spectrum.bin(bin).total() > 0) return false;
    return true;
  };
  while (first < bins && empty(first)) ++first;
  for (std::size_t source = reference; source < source_count; ++source) {
    Series counts{std::string(source_names[source]), colour_of(source), true, {}};
    Series ratios{"", colour_of(source), false, {}};
    for (std::size_t bin = first; bin < bins; ++bin) {
      const double from = low + static_cast<double>(bin) * spectra[source].width();
      const double to = from + spectra[source].width();
      const Count& count = spectra[source].bin(bin);
      counts.points.push_back({from, (from + to) / 2, to, static_cast<double>(count.total()), 0});
      const Count& in_reference = spectra[reference].bin(bin);
      if (in_reference.total() < Distribution::least_count) continue;
      if (const auto seen = ratio(replicas, count, in_reference))
        ratios.points.push_back({from, (from + to) / 2, to, seen->value, seen->error});
    }
    figure.series.push_back(std::move(counts));
    if (source != reference) figure.ratios.push_back(std::move(ratios));
  }
  figure.ratio_label = "over " + std::string(source_names[reference]);
}

}  // namespace sluice::evaluate
