#include <cstdio>

#include "stages/evaluate/physics/measures.h"
#include "stages/evaluate/report/figures.h"

namespace sluice::evaluate {

namespace {

constexpr auto target = index(Source::target);
constexpr auto baseline = index(Source::baseline);
constexpr auto ours = index(Source::ours);

/// "ours: median 0.993 ± 0.002, IQR / median 0.081 ± 0.002"
std::string legend(const Tally& tally, std::size_t source, const Distribution& response) {
  std::string text(source_names[source]);
  const auto middle = estimate(tally.replicas(), [&](int r) { return median(response, r); });
  const auto width = estimate(tally.replicas(), [&](int r) { return resolution(response, r); });
  std::array<char, 120> numbers{};
  if (middle && width)
    (void)std::snprintf(numbers.data(), numbers.size(), ": median %.3f ± %.3f, IQR/median %.3f ± %.3f",
                        middle->value, middle->error, width->value, width->error);
  return text + numbers.data();
}

Figure response_figure(const Tally& tally) {
  Figure figure;
  figure.name = "jet_response";
  figure.title = "Jet response";
  figure.x_label = "jet {/:Italic p}_T / true jet {/:Italic p}_T";
  figure.y_label = "share of matched jets per unit of response";
  figure.caption =
      "Transverse momentum of jets over that of the true jet they are matched to (ΔR < 0.1, one to one).";
  figure.from_zero = figure.wide_key = true;
  constexpr std::size_t bins = 128;
  constexpr std::size_t shown = 100;  // up to a response of 2
  for (const std::size_t source : {target, baseline, ours}) {
    const Distribution& response = tally.to_truth[source].inclusive.response;
    const auto counts = response.histogram(bins);
    const double width = response.high() / bins;
    Series series{legend(tally, source, response), colour_of(source), true, {}};
    if (response.count() > 0)
      for (std::size_t i = 0; i < shown; ++i) {
        const double from = static_cast<double>(i) * width;
        const double share = static_cast<double>(counts[i]) / static_cast<double>(response.count()) / width;
        series.points.push_back({from, from + width / 2, from + width, share, 0});
      }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

using Cells = std::vector<JetCell> JetComparison::*;

/// A quantity of jets in bins, and ours over the baseline's below.
template <typename Quantity>
void add_points(Figure& figure, const Tally& tally, const Binning& binning, Cells cells, Quantity quantity) {
  add_binned(figure, binning, tally.replicas(), {target, baseline, ours},
             [&](std::size_t source, std::size_t bin, int replica) {
               return quantity((tally.to_truth[source].*cells)[bin], replica);
             });
}

void add_jets_in_bins(std::vector<Figure>& figures, const Tally& tally, bool by_pt) {
  const Binning& binning = by_pt ? tally.bins().jet_pt : tally.bins().jet_eta;
  const Cells cells = by_pt ? &JetComparison::by_pt : &JetComparison::by_eta;
  Figure figure;
  figure.x_label = by_pt ? "true jet {/:Italic p}_T [GeV]" : "true jet η";
  figure.log_x = by_pt && binning.edges.front() > 0;
  const std::string suffix = by_pt ? "_pt" : "_eta";
  Figure resolutions = figure;
  resolutions.name = "jet_resolution" + suffix;
  resolutions.from_zero = true;
  resolutions.title = "Jet resolution";
  resolutions.y_label = "IQR / median of the response";
  resolutions.caption = "Width of the jet response: between its quartiles, over its median. Lower is better.";
  add_points(resolutions, tally, binning, cells,
             [](const JetCell& c, int r) { return resolution(c.response, r); });
  Figure medians = figure;
  medians.name = "jet_scale" + suffix;
  medians.title = "Jet energy scale";
  medians.y_label = "median of the response";
  medians.caption = "Median of the jet response. 1 is best; a constant factor could be calibrated away.";
  add_points(medians, tally, binning, cells, [](const JetCell& c, int r) { return median(c.response, r); });
  Figure matched = figure;
  matched.name = "jet_efficiency" + suffix;
  matched.title = "Jets found";
  matched.y_label = "share of true jets that are matched";
  matched.caption = "Share of true jets with a jet of their own nearer than ΔR = 0.1.";
  add_points(matched, tally, binning, cells,
             [](const JetCell& c, int r) { return c.matched.at(r) / c.jets.at(r); });
  for (Figure* made : {&resolutions, &medians, &matched}) figures.push_back(std::move(*made));
}

}  // namespace

std::vector<Figure> jet_figures(const Tally& tally) {
  std::vector<Figure> figures = {response_figure(tally)};
  add_jets_in_bins(figures, tally, true);
  add_jets_in_bins(figures, tally, false);
  Figure spectrum;
  spectrum.name = "jet_pt";
  spectrum.title = "Jets";
  spectrum.x_label = "jet {/:Italic p}_T [GeV]";
  spectrum.y_label = "jets / 5 GeV";
  spectrum.log_y = true;
  spectrum.caption = "All jets above 5 GeV, matched or not.";
  add_spectra(spectrum, tally.jet_pt, index(Source::truth), 0, tally.replicas());
  figures.push_back(std::move(spectrum));
  Figure eta;
  eta.name = "jet_eta";
  eta.title = "Jets";
  eta.from_zero = true;
  eta.x_label = "jet η";
  eta.y_label = "jets / 0.25";
  eta.caption = "All jets above 5 GeV, matched or not.";
  add_spectra(eta, tally.jet_eta, index(Source::truth), -Tally::eta_shift, tally.replicas());
  figures.push_back(std::move(eta));
  return figures;
}

}  // namespace sluice::evaluate
