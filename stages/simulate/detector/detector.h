// A detector as numbers: what the simulation has to know of its field, its layers and its calorimeters. Read
// from data/detectors/*.toml, where each number stands with its source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

enum class Species : std::uint8_t { hadron, electron, muon };

/// Cylinders around the beam, or discs across it.
struct TrackerLayer {
  TrackerPart part = TrackerPart::vertex_barrel;
  bool barrel = true;
  int system = 0;          ///< of the cell ID
  int number = 0;          ///< within its system
  double position_mm = 0;  ///< radius of a cylinder, |z| of a disc
  double inner_mm = 0;     ///< of a disc: radii; of a cylinder: 0
  double outer_mm = 0;     ///< of a disc: radius; of a cylinder: half its length
  double resolution_u_mm = 0;
  double resolution_v_mm = 0;
  double x0 = 0;  ///< thickness in radiation lengths, crossed at right angles
};

struct MomentumResolution {
  Species species = Species::hadron;
  double eta_max = 0;
  double slope_per_gev = 0;  ///< dpT/pT = slope pT + constant, added in quadrature
  double constant = 0;
};

struct TrackEfficiency {
  Species species = Species::hadron;
  double energy_min_gev = 0;
  double energy_max_gev = 0;
  double eta_min = 0;
  double eta_max = 0;
  double value = 1;
};

/// constant + slope / (p sin^power theta), added in quadrature.
struct ImpactResolution {
  double constant = 0;
  double slope_gev = 0;
};

struct Tracker {
  std::vector<TrackerLayer> layers;
  std::vector<MomentumResolution> momentum;  ///< by species, ascending in eta
  std::vector<TrackEfficiency> efficiency;   ///< the first that fits counts; 1 where none does
  ImpactResolution d0_mm;
  ImpactResolution z0_mm;
  ImpactResolution phi_rad;
  ImpactResolution tan_lambda;
  double pt_min_gev = 0;
  double hit_efficiency = 1;
  int min_hits = 0;
  double dedx_resolution = 0;
};

enum class CaloKind : std::uint8_t { em, hadronic, muon };

/// A stack of equal layers: a polygon around the beam, or one on each side across it.
struct CaloRegion {
  CaloPart part = CaloPart::ecal_barrel;
  CaloKind kind = CaloKind::em;
  bool barrel = true;
  int system = 0;
  int sides = 12;
  double inner_mm = 0;  ///< distance of the sides from the beam
  double outer_mm = 0;
  double z_begin_mm = 0;  ///< |z|; 0 for a barrel
  double z_end_mm = 0;
  int layers = 0;
  double cell_mm = 0;
  double threshold_gev = 0;  ///< of a cell, calibrated
  double mip_gev = 0;        ///< what a minimum ionising particle leaves in a layer, calibrated
  double x0_mm = 0;
  double lambda_mm = 0;  ///< nuclear interaction length

  double depth_mm() const { return barrel ? outer_mm - inner_mm : z_end_mm - z_begin_mm; }
  double layer_mm() const { return depth_mm() / layers; }
};

/// sigma(E) = constant + stochastic sqrt(E) + proportional E, added in quadrature.
struct EnergyResolution {
  double eta_max = 0;
  double constant_gev = 0;
  double stochastic = 0;
  double proportional = 0;

  double variance(double energy_gev) const {
    return constant_gev * constant_gev + stochastic * stochastic * energy_gev +
           proportional * proportional * energy_gev * energy_gev;
  }
};

struct ShowerSettings {
  double critical_energy_gev = 0;
  double moliere_mm = 0;
  double effective_z = 0;  ///< of the absorber, for the shape of a shower
  double response_em = 1;  ///< makes up for what stays below the thresholds
  double response_hadronic = 1;
  double hadronic_loss_gev = 0;  ///< below the thresholds, of any hadronic shower
};

struct Detector {
  std::string name;
  double field_t = 0;
  Tracker tracker;
  std::vector<CaloRegion> regions;
  std::vector<EnergyResolution> em;        ///< ascending in eta
  std::vector<EnergyResolution> hadronic;  ///< ascending in eta
  ShowerSettings shower;

  const CaloRegion* region(CaloPart part) const;
};

/// The entry for this |eta|; beyond the last one, the last one.
const EnergyResolution& at_eta(const std::vector<EnergyResolution>& entries, double eta);
double momentum_resolution(const Tracker& tracker, Species species, double eta, double pt_gev);
double track_efficiency(const Tracker& tracker, Species species, double eta, double energy_gev);

}  // namespace sluice::simulate
