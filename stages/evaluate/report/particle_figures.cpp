#include <cmath>
#include <limits>

#include "stages/evaluate/report/figures.h"

namespace sluice::evaluate {

namespace {

constexpr auto target = index(Source::target);
constexpr auto baseline = index(Source::baseline);
constexpr auto ours = index(Source::ours);

using Part = Count ClassCell::*;

Figure share_figure(const Tally& tally, std::size_t of_class, Part some, Part all) {
  Figure figure;
  const Binning& binning = tally.bins().particle_pt;
  const auto of = [&](std::size_t source, std::size_t bin, int replica) {
    const ClassCell& cell = tally.classes[source][of_class].by_pt[bin];
    if ((cell.*all).total() < Distribution::least_count) return std::numeric_limits<double>::quiet_NaN();
    return (cell.*some).at(replica) / (cell.*all).at(replica);
  };
  add_binned(figure, binning, tally.replicas(), {baseline, ours}, of);
  for (auto* all_series : {&figure.series, &figure.ratios})
    for (Series& series : *all_series)
      for (Point& p : series.points)  // the first bin begins at 0, which a logarithmic axis doesn't have
        if (p.x_low <= 0) p.x_low = p.x_high / 2, p.x = p.x_high * 0.75;
  figure.log_x = true;
  return figure;
}

void add_class(std::vector<Figure>& figures, const Tally& tally, std::size_t of_class) {
  const std::string title = class_title(of_class);
  const std::string name(events::class_names[of_class]);
  Figure efficiency = share_figure(tally, of_class, &ClassCell::found, &ClassCell::targets);
  efficiency.name = "efficiency_" + name;
  efficiency.title = "Efficiency: " + title;
  efficiency.x_label = "target {/:Italic p}_T [GeV]";
  efficiency.y_label = "share of targets found";
  efficiency.caption =
      "Share of target particles with a particle of the same class nearer than ΔR = 0.1, one to one.";
  figures.push_back(std::move(efficiency));
  Figure fakes = share_figure(tally, of_class, &ClassCell::fakes, &ClassCell::particles);
  fakes.name = "fakes_" + name;
  fakes.from_zero = true;
  fakes.title = "Fake rate: " + title;
  fakes.x_label = "particle {/:Italic p}_T [GeV]";
  fakes.y_label = "share that is no target";
  fakes.caption =
      "Share of particles without a target of the same class nearer than ΔR = 0.1. Lower is better.";
  figures.push_back(std::move(fakes));
}

Figure confusion_figure(const Tally& tally, std::size_t source) {
  Figure figure;
  const std::string name(source_names[source]);
  figure.name = "confusion_" + name;
  figure.title = "Elements: " + name + " [% of each row]";
  figure.x_label = name;
  figure.y_label = "target";
  figure.caption = "What the elements of each target class are taken for.";
  for (std::size_t i = 0; i < class_count; ++i) {
    figure.heatmap.names.push_back(class_title(i));
    double sum = 0;
    for (const Count& count : tally.confusion[source][i]) sum += count.at(nominal);
    std::vector<double> shares;
    for (const Count& count : tally.confusion[source][i]) shares.push_back(count.at(nominal) / sum);
    figure.heatmap.shares.push_back(std::move(shares));
  }
  return figure;
}

bool has_any(const Tally& tally, std::size_t source) {
  for (const auto& row : tally.confusion[source])
    for (const Count& count : row)
      if (count.total() > 0) return true;
  return false;
}

}  // namespace

std::vector<Figure> particle_figures(const Tally& tally) {
  std::vector<Figure> figures;
  for (std::size_t of_class = 1; of_class < class_count; ++of_class)
    if (tally.multiplicity[target][of_class].total() > 0) add_class(figures, tally, of_class);
  for (const std::size_t source : {baseline, ours})
    if (has_any(tally, source)) figures.push_back(confusion_figure(tally, source));
  Figure multiplicity;
  multiplicity.name = "multiplicity";
  multiplicity.from_zero = true;
  multiplicity.title = "Particles in an event";
  multiplicity.x_label = "particles in an event";
  multiplicity.y_label = "events / 5 particles";
  multiplicity.caption = "All classes together. The lower panel is over the target.";
  add_spectra(multiplicity, tally.multiplicity_spectrum, target, 0, tally.replicas());
  figures.push_back(std::move(multiplicity));
  return figures;
}

}  // namespace sluice::evaluate
