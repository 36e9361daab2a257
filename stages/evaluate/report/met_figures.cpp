#include "stages/evaluate/physics/measures.h"
#include "stages/evaluate/report/figures.h"

namespace sluice::evaluate {

namespace {

constexpr auto target = index(Source::target);
constexpr auto baseline = index(Source::baseline);
constexpr auto ours = index(Source::ours);

template <typename Quantity>
Figure binned(const Tally& tally, const std::string& name, Quantity quantity) {
  Figure figure;
  figure.name = name;
  figure.x_label = "true missing {/:Italic p}_T [GeV]";
  const Binning& binning = tally.bins().met;
  add_binned(figure, binning, tally.replicas(), {target, baseline, ours},
             [&](std::size_t source, std::size_t bin, int replica) {
               return quantity(tally.met[source].by_met[bin], replica);
             });
  return figure;
}

Figure residual_figure(const Tally& tally) {
  Figure figure;
  figure.name = "met_residual";
  figure.title = "Missing {/:Italic p}_T";
  figure.x_label = "missing {/:Italic p}_T − true missing {/:Italic p}_T [GeV]";
  figure.y_label = "share of events / GeV";
  figure.caption = "Missing transverse momentum minus the true one, in all events.";
  figure.from_zero = true;
  constexpr std::size_t bins = 256;  // of a GeV each
  constexpr std::size_t first = 88;  // -40 GeV
  constexpr std::size_t last = 168;  // +40 GeV
  for (const std::size_t source : {target, baseline, ours}) {
    const Distribution& residual = tally.met[source].inclusive.residual;
    const auto counts = residual.histogram(bins);
    const double width = (residual.high() - residual.low()) / bins;
    Series series{std::string(source_names[source]), colour_of(source), true, {}};
    if (residual.count() > 0)
      for (std::size_t i = first; i < last; ++i) {
        const double from = residual.low() + static_cast<double>(i) * width;
        const double share = static_cast<double>(counts[i]) / static_cast<double>(residual.count()) / width;
        series.points.push_back({from, from + width / 2, from + width, share, 0});
      }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

}  // namespace

std::vector<Figure> met_figures(const Tally& tally) {
  std::vector<Figure> figures = {residual_figure(tally)};
  Figure width = binned(tally, "met_resolution", [](const MetCell& c, int r) { return iqr(c.residual, r); });
  width.from_zero = true;
  width.title = "Missing {/:Italic p}_T: width";
  width.y_label = "IQR of the residual [GeV]";
  width.caption =
      "Width of missing transverse momentum minus the true one, between its quartiles. Lower is better.";
  figures.push_back(std::move(width));
  Figure scale = binned(tally, "met_scale", [](const MetCell& c, int r) { return median(c.response, r); });
  scale.title = "Missing {/:Italic p}_T: scale";
  scale.y_label = "median of the response";
  scale.caption = "Median of missing transverse momentum over the true one, where that is 5 GeV at least.";
  figures.push_back(std::move(scale));
  Figure relative = binned(tally, "met_relative_resolution",
                           [](const MetCell& c, int r) { return resolution(c.response, r); });
  relative.from_zero = true;
  relative.title = "Relative resolution";
  relative.y_label = "IQR / median of the response";
  relative.caption = "Width of the response, over its median. Lower is better.";
  figures.push_back(std::move(relative));
  Figure spectrum;
  spectrum.name = "met";
  spectrum.title = "Missing {/:Italic p}_T";
  spectrum.x_label = "missing {/:Italic p}_T [GeV]";
  spectrum.y_label = "events / 5 GeV";
  spectrum.log_y = true;
  spectrum.caption = "In all events. The lower panel is over the truth.";
  add_spectra(spectrum, tally.met_spectrum, index(Source::truth), 0, tally.replicas());
  figures.push_back(std::move(spectrum));
  return figures;
}

}  // namespace sluice::evaluate
