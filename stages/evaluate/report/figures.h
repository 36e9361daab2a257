// The figures of an evaluation: ours against baseline against target.
#pragma once

#include <initializer_list>

#include "stages/evaluate/physics/tally.h"
#include "stages/evaluate/report/figure.h"

namespace sluice::evaluate {

constexpr const char* target_colour = "#2a9d5c";
constexpr const char* baseline_colour = "#e0782f";
constexpr const char* our_colour = "#3a86d8";

std::vector<Figure> jet_figures(const Tally& tally);
std::vector<Figure> met_figures(const Tally& tally);
std::vector<Figure> particle_figures(const Tally& tally);

const char* colour_of(std::size_t source);
std::string class_title(std::size_t of_class);

/// Estimates with their bins: of a quantity that has none there is no point.
template <typename Quantity>
std::vector<Point> points_of(const Binning& binning, int replicas, Quantity quantity) {
  std::vector<Point> points;
  for (std::size_t bin = 0; bin < binning.bins(); ++bin) {
    const double low = binning.edges[bin];
    const double high = binning.edges[bin + 1];
    if (const auto seen = estimate(replicas, [&](int replica) { return quantity(bin, replica); }))
      points.push_back({low, (low + high) / 2, high, seen->value, seen->error});
  }
  return points;
}

/// A quantity of each of `sources` in bins, and ours over the baseline's below: quantity(source, bin,
/// replica).
template <typename Quantity>
void add_binned(Figure& figure, const Binning& binning, int replicas,
                std::initializer_list<std::size_t> sources, Quantity quantity) {
  for (const std::size_t source : sources)
    figure.series.push_back(
        {std::string(source_names[source]), colour_of(source), false,
         points_of(binning, replicas, [&](std::size_t bin, int r) { return quantity(source, bin, r); })});
  figure.ratio_label = "ours / baseline";
  figure.ratios.push_back({"", our_colour, false, points_of(binning, replicas, [&](std::size_t bin, int r) {
                             return quantity(index(Source::ours), bin, r) /
                                    quantity(index(Source::baseline), bin, r);
                           })});
}

/// Spectra of each source, and their ratio to the reference, which is the first of them.
void add_spectra(Figure& figure, const BySource<Spectrum>& spectra, std::size_t reference, double low,
                 int replicas);

}  // namespace sluice::evaluate
