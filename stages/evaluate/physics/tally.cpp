#include "stages/evaluate/physics/tally.h"

#include <numeric>

namespace sluice::evaluate {

namespace {

constexpr double most_response = 2.56;
constexpr double most_met_response = 10.24;
constexpr double most_met_residual_gev = 128;

JetCell jet_cell(int replicas) {
  return {Count(replicas), Count(replicas), Distribution(0, most_response, replicas)};
}

MetCell met_cell(int replicas) {
  return {Count(replicas), Distribution(0, most_met_response, replicas),
          Distribution(-most_met_residual_gev, most_met_residual_gev, replicas)};
}

JetComparison jet_comparison(const Bins& bins, int replicas) {
  return {jet_cell(replicas), std::vector<JetCell>(bins.jet_pt.bins(), jet_cell(replicas)),
          std::vector<JetCell>(bins.jet_eta.bins(), jet_cell(replicas)), Count(replicas), Count(replicas)};
}

ClassCell class_cell(int replicas) {
  return {Count(replicas), Count(replicas), Count(replicas), Count(replicas)};
}

/// The inclusive cell, and that of the bin, if there is one.
template <typename Cell, typename Use>
void in_cells(Cell& inclusive, std::vector<Cell>& cells, std::size_t bin, Use use) {
  use(inclusive);
  if (bin < cells.size()) use(cells[bin]);
}

void compare(JetComparison& into, const Bins& bins, const std::vector<Jet>& reference,
             const std::vector<Jet>& jets, const std::vector<Match>& matches, const Weights& weights) {
  const auto in_all = [&](const Jet& jet, auto use) {
    in_cells(into.inclusive, into.by_pt, bins.jet_pt.find(jet.pt), use);
    if (const std::size_t bin = bins.jet_eta.find(jet.direction.eta); bin < into.by_eta.size())
      use(into.by_eta[bin]);
  };
  for (const Jet& jet : reference) in_all(jet, [&](JetCell& cell) { cell.jets.add(weights); });
  for (const Match& match : matches) {
    const Jet& jet = reference[match.first];
    in_all(jet, [&](JetCell& cell) {
      cell.matched.add(weights);
      cell.response.add(jets[match.second].pt / jet.pt, weights);
    });
  }
  into.reconstructed.add(weights, jets.size());
  into.unmatched.add(weights, jets.size() - matches.size());
}

}  // namespace

Tally::Tally(Bins bins, int replicas) : events(replicas), bins_(std::move(bins)), replicas_(replicas) {
  const MetComparison of_met{met_cell(replicas), std::vector<MetCell>(bins_.met.bins(), met_cell(replicas))};
  const ClassComparison of_class{class_cell(replicas),
                                 std::vector<ClassCell>(bins_.particle_pt.bins(), class_cell(replicas))};
  for (std::size_t source = 0; source < source_count; ++source) {
    jet_pt[source] = Spectrum(5, replicas);
    jet_eta[source] = Spectrum(0.25, replicas);
    met_spectrum[source] = Spectrum(5, replicas);
    multiplicity_spectrum[source] = Spectrum(5, replicas);
    if (source == index(Source::truth)) continue;
    to_truth[source] = jet_comparison(bins_, replicas);
    met[source] = of_met;
    multiplicity[source].fill(Count(replicas));
    if (source == index(Source::target)) continue;
    to_target[source] = jet_comparison(bins_, replicas);
    classes[source].fill(of_class);
    for (auto& row : confusion[source]) row.fill(Count(replicas));
  }
}

void Tally::add(const EventPhysics& event, const Weights& weights) {
  events.add(weights);
  for (std::size_t source = 0; source < source_count; ++source) {
    add_spectra(event, source, weights);
    if (source == index(Source::truth)) continue;
    add_jets(event, source, weights);
    add_met(event, source, weights);
    add_particles(event, source, weights);
  }
}

void Tally::add_jets(const EventPhysics& event, std::size_t source, const Weights& weights) {
  compare(to_truth[source], bins_, event.jets[index(Source::truth)], event.jets[source],
          event.to_truth[source], weights);
  if (source == index(Source::target)) return;
  compare(to_target[source], bins_, event.jets[index(Source::target)], event.jets[source],
          event.to_target[source], weights);
}

void Tally::add_met(const EventPhysics& event, std::size_t source, const Weights& weights) {
  const double truth = event.met[index(Source::truth)];
  in_cells(met[source].inclusive, met[source].by_met, bins_.met.find(truth), [&](MetCell& cell) {
    cell.events.add(weights);
    cell.residual.add(event.met[source] - truth, weights);
    if (truth >= least_met_gev) cell.response.add(event.met[source] / truth, weights);
  });
}

void Tally::add_particles(const EventPhysics& event, std::size_t source, const Weights& weights) {
  for (std::size_t i = 0; i < class_count; ++i)
    multiplicity[source][i].add(weights, event.multiplicity[source][i]);
  if (source == index(Source::target)) return;
  const auto count = [&](const Found& one, Count ClassCell::*all, Count ClassCell::*some, bool is_one) {
    ClassComparison& comparison = classes[source][static_cast<std::size_t>(one.of_class)];
    in_cells(comparison.inclusive, comparison.by_pt, bins_.particle_pt.find(one.pt), [&](ClassCell& cell) {
      (cell.*all).add(weights);
      if (is_one) (cell.*some).add(weights);
    });
  };
  for (const Found& one : event.targets[source])
    count(one, &ClassCell::targets, &ClassCell::found, one.found);
  for (const Found& one : event.particles[source])
    count(one, &ClassCell::particles, &ClassCell::fakes, !one.found);
  for (std::size_t i = 0; i < class_count; ++i)
    for (std::size_t k = 0; k < class_count; ++k)
      if (const auto number = event.confusion[source][i][k]; number > 0)
        confusion[source][i][k].add(weights, number);
}

void Tally::add_spectra(const EventPhysics& event, std::size_t source, const Weights& weights) {
  for (const Jet& jet : event.jets[source]) {
    jet_pt[source].add(jet.pt, weights);
    jet_eta[source].add(jet.direction.eta + eta_shift, weights);
  }
  met_spectrum[source].add(event.met[source], weights);
  const auto& numbers = event.multiplicity[source];
  if (source != index(Source::truth))
    multiplicity_spectrum[source].add(std::accumulate(numbers.begin() + 1, numbers.end(), 0.0), weights);
}

}  // namespace sluice::evaluate
