#include "stages/evaluate/report/metrics.h"

#include <cstdio>
#include <cstdlib>

#include "stages/evaluate/physics/measures.h"
#include "stages/evaluate/report/spectra.h"

namespace sluice::evaluate {

namespace {

constexpr auto target = index(Source::target);
constexpr auto baseline = index(Source::baseline);
constexpr auto ours = index(Source::ours);

std::string name_of(std::size_t source) { return std::string(source_names[source]); }

json::value of(const Tally& tally, const Distribution& distribution,
               double (*measure)(const Distribution&, int)) {
  return to_json(estimate(tally.replicas(), [&](int r) { return measure(distribution, r); }));
}

json::value share(const Tally& tally, const Count& some, const Count& all) {
  return to_json(ratio(tally.replicas(), some, all));
}

json::object quartiles_json(const Tally& tally, const Distribution& distribution) {
  return {{"median", of(tally, distribution, median)},
          {"iqr", of(tally, distribution, iqr)},
          {"iqr_over_median", of(tally, distribution, resolution)}};
}

json::object jet_cell(const Tally& tally, const JetCell& cell) {
  return {{"jets", cell.jets.total()},
          {"matched", share(tally, cell.matched, cell.jets)},
          {"response", quartiles_json(tally, cell.response)}};
}

/// An array of cells, each with the edges of its bin in front.
template <typename Cell, typename ToJson>
json::array binned(const Binning& binning, const std::vector<Cell>& cells, ToJson to_json_object) {
  json::array array;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    json::object object{{"from", number(binning.edges[i])}, {"to", number(binning.edges[i + 1])}};
    for (auto& [key, value] : to_json_object(cells[i])) object[key] = std::move(value);
    array.push_back(std::move(object));
  }
  return array;
}

json::object jets_json(const Tally& tally, const JetComparison& jets) {
  const auto cell = [&](const JetCell& one) { return jet_cell(tally, one); };
  return {{"inclusive", cell(jets.inclusive)},
          {"reconstructed", jets.reconstructed.total()},
          {"unmatched", share(tally, jets.unmatched, jets.reconstructed)},
          {"by_pt", binned(tally.bins().jet_pt, jets.by_pt, cell)},
          {"by_eta", binned(tally.bins().jet_eta, jets.by_eta, cell)}};
}

json::object met_cell(const Tally& tally, const MetCell& cell) {
  return {{"events", cell.events.total()},
          {"response", quartiles_json(tally, cell.response)},
          {"residual_gev", json::object{{"median", of(tally, cell.residual, median)},
                                        {"iqr", of(tally, cell.residual, iqr)}}}};
}

json::object class_cell(const Tally& tally, const ClassCell& cell) {
  return {{"targets", cell.targets.total()},
          {"efficiency", share(tally, cell.found, cell.targets)},
          {"particles", cell.particles.total()},
          {"fake_rate", share(tally, cell.fakes, cell.particles)}};
}

json::object particles_json(const Tally& tally, std::size_t source) {
  json::object result;
  for (std::size_t i = 1; i < class_count; ++i) {
    const ClassComparison& one = tally.classes[source][i];
    const auto cell = [&](const ClassCell& c) { return class_cell(tally, c); };
    result[events::class_names[i]] = json::object{
        {"inclusive", cell(one.inclusive)}, {"by_pt", binned(tally.bins().particle_pt, one.by_pt, cell)}};
  }
  return result;
}

/// Rows: the target's class; columns: the one that was seen.
json::array confusion_json(const Tally& tally, std::size_t source) {
  json::array rows;
  for (const auto& row : tally.confusion[source]) {
    json::array columns;
    for (const Count& count : row) columns.push_back(count.total());
    rows.push_back(std::move(columns));
  }
  return rows;
}

json::object multiplicity_json(const Tally& tally, std::size_t source) {
  json::object result;
  for (std::size_t i = 1; i < class_count; ++i) {
    const Count& count = tally.multiplicity[source][i];
    json::object one{{"per_event", share(tally, count, tally.events)}};
    if (source != target) one["over_target"] = share(tally, count, tally.multiplicity[target][i]);
    result[events::class_names[i]] = std::move(one);
  }
  return result;
}

json::object summary_json(const Tally& tally) {
  const auto ratio_of = [&](const Distribution& a, const Distribution& b, auto measure) {
    return to_json(compare(tally.replicas(), a, b, measure));
  };
  const MetCell& met = tally.met[ours].inclusive;
  const MetCell& base = tally.met[baseline].inclusive;
  return {{"what", "ours over baseline; below 1: ours is better"},
          {"jet_response_iqr_over_median", ratio_of(tally.to_truth[ours].inclusive.response,
                                                    tally.to_truth[baseline].inclusive.response, resolution)},
          {"met_residual_iqr", ratio_of(met.residual, base.residual, iqr)},
          {"met_response_iqr_over_median", ratio_of(met.response, base.response, resolution)}};
}

}  // namespace

json::value number(double value) {
  if (!std::isfinite(value)) return nullptr;
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.6g", value);
  return std::strtod(text.data(), nullptr);
}

json::value to_json(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return json::object{{"value", number(estimate->value)}, {"error", number(estimate->error)}};
}

json::object physics_json(const Tally& tally) {
  json::object to_truth, to_target, met, particles, elements, multiplicity;
  for (const std::size_t source : {target, baseline, ours}) {
    const std::string name = name_of(source);
    to_truth[name] = jets_json(tally, tally.to_truth[source]);
    const auto cell = [&](const MetCell& one) { return met_cell(tally, one); };
    met[name] = json::object{{"inclusive", cell(tally.met[source].inclusive)},
                             {"by_true_met", binned(tally.bins().met, tally.met[source].by_met, cell)}};
    multiplicity[name] = multiplicity_json(tally, source);
    if (source == target) continue;
    to_target[name] = jets_json(tally, tally.to_target[source]);
    particles[name] = particles_json(tally, source);
    elements[name] = confusion_json(tally, source);
  }
  return {{"summary", summary_json(tally)},
          {"jets", json::object{{"to_truth", std::move(to_truth)}, {"to_target", std::move(to_target)}}},
          {"met", std::move(met)},
          {"particles", std::move(particles)},
          {"elements_confusion", std::move(elements)},
          {"multiplicity", std::move(multiplicity)},
          {"spectra", spectra_json(tally)}};
}

}  // namespace sluice::evaluate
