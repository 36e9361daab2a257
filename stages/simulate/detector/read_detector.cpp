#include "stages/simulate/detector/read_detector.h"

#include <algorithm>
#include <optional>

#include "engine/base/disk.h"
#include "stages/simulate/detector/table_reader.h"

namespace sluice::simulate {

namespace {

constexpr Bounds length_mm{0.001, 1e5};
constexpr Bounds any_eta{0, 10};
constexpr Bounds share{0, 1};
constexpr Bounds resolution_um{0.1, 1e4};
constexpr Bounds energy_gev{0, 1e6};

const std::vector<std::string> tracker_part_names = {"vertex", "inner", "outer"};
const std::vector<std::string> species_names = {"hadron", "electron", "muon"};
const std::vector<std::string> calo_part_names = {"ecal_barrel", "ecal_endcap", "ecal_other",  "hcal_barrel",
                                                  "hcal_endcap", "hcal_other",  "muon_barrel", "muon_endcap"};

TrackerPart tracker_part(std::size_t name, bool barrel) {
  return static_cast<TrackerPart>(2 * name + (barrel ? 0 : 1));
}

void read_layers(const TomlValue& table, bool barrel, Tracker& tracker, Diagnostics& diagnostics) {
  TableReader reader(table, barrel ? "[[tracker.barrel]]" : "[[tracker.disc]]", diagnostics);
  TrackerLayer layer;
  layer.barrel = barrel;
  layer.part = tracker_part(reader.choice("part", tracker_part_names), barrel);
  layer.system = reader.whole("system", {1, 31});
  const auto positions = reader.numbers(barrel ? "radii_mm" : "z_mm", length_mm);
  const std::size_t count = positions.size();
  const auto inner =
      barrel ? std::vector<double>(count, 0) : reader.numbers("inner_radii_mm", length_mm, count);
  const auto outer = reader.numbers(barrel ? "half_lengths_mm" : "outer_radii_mm", length_mm, count);
  const auto sigma_u = reader.numbers("resolution_u_um", resolution_um, count);
  const auto sigma_v = reader.numbers("resolution_v_um", resolution_um, count);
  layer.x0 = reader.number("x0", {0, 0.5});
  reader.finish();
  for (std::size_t i = 0; i < count; ++i) {
    layer.number = static_cast<int>(i);
    layer.position_mm = positions[i];
    layer.inner_mm = inner[i];
    layer.outer_mm = outer[i];
    layer.resolution_u_mm = sigma_u[i] * 1e-3;
    layer.resolution_v_mm = sigma_v[i] * 1e-3;
    if (i > 0 && positions[i] <= positions[i - 1])
      reader.report(barrel ? "radii_mm" : "z_mm", "layers are listed from the inside out");
    tracker.layers.push_back(layer);
  }
}

ImpactResolution read_impact(TableReader& reader, std::string_view key, double unit) {
  const auto numbers = reader.numbers(key, {0, 1e6}, 2);
  return {numbers[0] * unit, numbers[1] * unit};
}

void read_momentum(const TomlValue& table, Tracker& tracker, Diagnostics& diagnostics) {
  TableReader reader(table, "[[tracker.momentum]]", diagnostics);
  MomentumResolution entry;
  entry.species = static_cast<Species>(reader.choice("species", species_names));
  const auto etas = reader.numbers("eta_max", any_eta);
  const auto slopes = reader.numbers("slope_per_gev", share, etas.size());
  const auto constants = reader.numbers("constant", share, etas.size());
  reader.finish();
  if (!std::is_sorted(etas.begin(), etas.end())) reader.report("eta_max", "'eta_max' has to ascend");
  for (std::size_t i = 0; i < etas.size(); ++i) {
    entry.eta_max = etas[i];
    entry.slope_per_gev = slopes[i];
    entry.constant = constants[i];
    tracker.momentum.push_back(entry);
  }
}

void read_efficiency(const TomlValue& table, Tracker& tracker, Diagnostics& diagnostics) {
  TableReader reader(table, "[[tracker.efficiency]]", diagnostics);
  TrackEfficiency entry;
  entry.species = static_cast<Species>(reader.choice("species", species_names));
  const auto energies = reader.numbers("energy_gev", energy_gev, 2);
  const auto etas = reader.numbers("eta", any_eta, 2);
  entry.value = reader.number("value", share);
  reader.finish();
  entry.energy_min_gev = energies[0];
  entry.energy_max_gev = energies[1];
  entry.eta_min = etas[0];
  entry.eta_max = etas[1];
  tracker.efficiency.push_back(entry);
}

Tracker read_tracker(const TomlValue& table, Diagnostics& diagnostics) {
  TableReader reader(table, "[tracker]", diagnostics);
  Tracker tracker;
  tracker.pt_min_gev = reader.number("pt_min_gev", {0.001, 100});
  tracker.hit_efficiency = reader.number("hit_efficiency", share);
  tracker.min_hits = reader.whole("min_hits", {3, 100});
  tracker.dedx_resolution = reader.number("dedx_resolution", share);
  tracker.d0_mm = read_impact(reader, "d0_um", 1e-3);
  tracker.z0_mm = read_impact(reader, "z0_um", 1e-3);
  tracker.phi_rad = read_impact(reader, "phi_mrad", 1e-3);
  tracker.tan_lambda = read_impact(reader, "tan_lambda_mrad", 1e-3);
  for (const TomlValue* item : reader.tables("barrel")) read_layers(*item, true, tracker, diagnostics);
  for (const TomlValue* item : reader.tables("disc")) read_layers(*item, false, tracker, diagnostics);
  for (const TomlValue* item : reader.tables("momentum")) read_momentum(*item, tracker, diagnostics);
  for (const TomlValue* item : reader.tables("efficiency")) read_efficiency(*item, tracker, diagnostics);
  reader.finish();
  return tracker;
}

/// muon_barrel and muon_endcap fill one collection.
void set_part(std::size_t name, CaloRegion& region) {
  region.part = name >= 6 ? CaloPart::muon : static_cast<CaloPart>(name);
  region.kind = name >= 6 ? CaloKind::muon : name >= 3 ? CaloKind::hadronic : CaloKind::em;
  region.barrel = name == 0 || name == 3 || name == 6;
}

void read_region(const TomlValue& table, Detector& detector, Diagnostics& diagnostics) {
  TableReader reader(table, "[[calorimeter]]", diagnostics);
  CaloRegion region;
  set_part(reader.choice("part", calo_part_names), region);
  region.system = reader.whole("system", {1, 31});
  region.sides = reader.whole("sides", {3, 64});
  const auto radii = reader.numbers("radii_mm", length_mm, 2);
  const auto z = reader.numbers("z_mm", {0, 1e5}, 2);
  region.layers = reader.whole("layers", {1, 500});
  region.cell_mm = reader.number("cell_mm", {1, 1000});
  region.threshold_gev = reader.number("threshold_mev", {0, 1e4}) * 1e-3;
  region.mip_gev = reader.number("mip_mev", {1e-3, 1e4}) * 1e-3;
  region.x0_mm = reader.number("x0_mm", length_mm);
  region.lambda_mm = reader.number("lambda_mm", length_mm);
  reader.finish();
  if (radii[0] >= radii[1]) reader.report("radii_mm", "'radii_mm' has to be inner, outer");
  if (z[0] >= z[1]) reader.report("z_mm", "'z_mm' has to be begin, end");
  region.inner_mm = radii[0];
  region.outer_mm = radii[1];
  region.z_begin_mm = z[0];
  region.z_end_mm = z[1];
  detector.regions.push_back(region);
}

std::vector<EnergyResolution> read_resolution(TableReader& above, std::string_view key,
                                              Diagnostics& diagnostics) {
  std::vector<EnergyResolution> entries;
  for (const TomlValue* item : above.tables(key)) {
    TableReader reader(*item, "[[resolution." + std::string(key) + "]]", diagnostics);
    EnergyResolution entry;
    entry.eta_max = reader.number("eta_max", any_eta);
    entry.constant_gev = reader.number_or("constant_gev", {0, 100}, 0);
    entry.stochastic = reader.number("stochastic", {0.001, 10});
    entry.proportional = reader.number("proportional", share);
    reader.finish();
    if (!entries.empty() && entry.eta_max <= entries.back().eta_max)
      reader.report("eta_max", "'eta_max' has to ascend from table to table");
    entries.push_back(entry);
  }
  if (entries.empty()) entries.emplace_back();
  return entries;
}

ShowerSettings read_shower(const TomlValue& table, Diagnostics& diagnostics) {
  TableReader reader(table, "[shower]", diagnostics);
  ShowerSettings shower;
  shower.critical_energy_gev = reader.number("critical_energy_mev", {1, 100}) * 1e-3;
  shower.moliere_mm = reader.number("moliere_mm", {1, 500});
  shower.effective_z = reader.number("effective_z", {1, 100});
  shower.response_em = reader.number("response_em", {0.5, 2});
  shower.response_hadronic = reader.number("response_hadronic", {0.5, 2});
  shower.hadronic_loss_gev = reader.number("hadronic_loss_mev", {0, 1000}) * 1e-3;
  reader.finish();
  return shower;
}

/// A detector without these could not be simulated.
void check_complete(const Detector& detector, const TomlValue& root, Diagnostics& diagnostics) {
  for (std::size_t part : {0U, 1U, 3U, 4U})
    if (detector.region(static_cast<CaloPart>(part)) == nullptr)
      diagnostics.error(root.range,
                        "there is no [[calorimeter]] whose part is '" + calo_part_names[part] + "'");
}

}  // namespace

Result<Detector> parse_detector(const std::string& name, std::string text) {
  Diagnostics diagnostics;
  const auto root = parse_toml(diagnostics.add_source(name, std::move(text)), diagnostics);
  Detector detector;
  if (root) {
    TableReader reader(*root, "the detector file", diagnostics);
    detector.name = reader.text("name");
    detector.field_t = reader.number("field_t", {0.01, 20});
    if (const TomlValue* table = reader.table("tracker"))
      detector.tracker = read_tracker(*table, diagnostics);
    for (const TomlValue* item : reader.tables("calorimeter")) read_region(*item, detector, diagnostics);
    if (const TomlValue* table = reader.table("resolution")) {
      TableReader resolution(*table, "[resolution]", diagnostics);
      detector.em = read_resolution(resolution, "em", diagnostics);
      detector.hadronic = read_resolution(resolution, "hadronic", diagnostics);
      resolution.finish();
    }
    if (const TomlValue* table = reader.table("shower")) detector.shower = read_shower(*table, diagnostics);
    reader.finish();
    if (!diagnostics.has_errors()) check_complete(detector, *root, diagnostics);
  }
  if (diagnostics.has_errors()) {
    std::string messages = diagnostics.render();
    while (messages.ends_with('\n')) messages.pop_back();
    return Error{"this is no detector\n" + messages, name, "see docs/simulation.md", ErrorKind::data};
  }
  return detector;
}

Result<Detector> read_detector(const std::string& path) {
  auto text = RealDisk().read(path);
  if (!text) return std::move(text).error();
  return parse_detector(path, *std::move(text));
}

}  // namespace sluice::simulate
