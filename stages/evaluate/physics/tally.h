// What all events add up to. Events may come in any order; the size depends on bins and replicas alone.
#pragma once

#include <array>
#include <vector>

#include "stages/evaluate/physics/counts.h"
#include "stages/evaluate/physics/event.h"

namespace sluice::evaluate {

struct Bins {
  Binning jet_pt{{5, 10, 20, 40, 60, 80, 100, 200}};
  Binning jet_eta{{-4, -2.5, -1.5, -0.75, 0, 0.75, 1.5, 2.5, 4}};
  Binning met{{0, 5, 10, 20, 40, 60, 80, 100, 200}};
  Binning particle_pt{{0, 0.5, 1, 2, 5, 10, 20, 50, 100}};
};

/// Below this true missing momentum its ratio says nothing.
constexpr double least_met_gev = 5;

/// Jets of a reference, and how many of them were found with which transverse momentum.
struct JetCell {
  Count jets;
  Count matched;
  Distribution response;  ///< pt over the reference's
};

struct JetComparison {
  JetCell inclusive;
  std::vector<JetCell> by_pt;   ///< of the reference
  std::vector<JetCell> by_eta;  ///< of the reference
  Count reconstructed;
  Count unmatched;  ///< of those: near no jet of the reference
};

struct MetCell {
  Count events;
  Distribution response;  ///< over the truth, from least_met_gev on
  Distribution residual;  ///< minus the truth, GeV
};

struct MetComparison {
  MetCell inclusive;
  std::vector<MetCell> by_met;  ///< of the truth
};

struct ClassCell {
  Count targets;
  Count found;
  Count particles;
  Count fakes;
};

struct ClassComparison {
  ClassCell inclusive;
  std::vector<ClassCell> by_pt;  ///< efficiency: of the target; fakes: of the particle
};

class Tally {
 public:
  Tally(Bins bins, int replicas);

  void add(const EventPhysics& event, const Weights& weights);

  const Bins& bins() const { return bins_; }
  int replicas() const { return replicas_; }

  Count events;
  BySource<JetComparison> to_truth;                                             ///< of target, baseline, ours
  BySource<JetComparison> to_target;                                            ///< of baseline, ours
  BySource<MetComparison> met;                                                  ///< of target, baseline, ours
  BySource<std::array<ClassComparison, class_count>> classes;                   ///< of baseline, ours
  BySource<std::array<std::array<Count, class_count>, class_count>> confusion;  ///< of baseline, ours
  BySource<std::array<Count, class_count>> multiplicity;                        ///< of target, baseline, ours
  BySource<Spectrum> jet_pt, jet_eta, met_spectrum, multiplicity_spectrum;

  /// Of jet_eta, which begins at 0: added to every eta.
  static constexpr double eta_shift = 5;

 private:
  void add_jets(const EventPhysics& event, std::size_t source, const Weights& weights);
  void add_met(const EventPhysics& event, std::size_t source, const Weights& weights);
  void add_particles(const EventPhysics& event, std::size_t source, const Weights& weights);
  void add_spectra(const EventPhysics& event, std::size_t source, const Weights& weights);

  Bins bins_;
  int replicas_;
};

}  // namespace sluice::evaluate
