#include "stages/evaluate/report/spectra.h"

namespace sluice::evaluate {

namespace {

/// Counts from `low` on in bins of `width`, by source.
json::object spectrum_json(const BySource<Spectrum>& spectra, double low, bool of_truth) {
  std::size_t bins = 0;
  for (const Spectrum& spectrum : spectra) bins = std::max(bins, spectrum.bins());
  json::object result{{"low", low}, {"width", spectra[1].width()}};
  for (std::size_t source = of_truth ? 0 : 1; source < source_count; ++source) {
    json::array counts;
    for (std::size_t bin = 0; bin < bins; ++bin) counts.push_back(spectra[source].bin(bin).total());
    result[source_names[source]] = std::move(counts);
  }
  return result;
}

}  // namespace

json::object spectra_json(const Tally& tally) {
  return {{"jet_pt_gev", spectrum_json(tally.jet_pt, 0, true)},
          {"jet_eta", spectrum_json(tally.jet_eta, -Tally::eta_shift, true)},
          {"met_gev", spectrum_json(tally.met_spectrum, 0, true)},
          {"particles_per_event", spectrum_json(tally.multiplicity_spectrum, 0, false)}};
}

}  // namespace sluice::evaluate
