// Puts a generator's event together: particles with their parents, resonances that decay, quarks that become
// hadrons, down to what lives long enough to be seen.
#pragma once

#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/generator/partons.h"
#include "stages/simulate/random/stream.h"

namespace sluice::simulate {

class EventBuilder {
 public:
  explicit EventBuilder(RandomStream& random) : random_(random) {}

  /// A particle of the hard process, status 22 or 23 unless it is stable. Returns its index.
  int add(int pdg, const FourVector& momentum, int status, std::vector<int> parents);
  /// A colour singlet of two quarks that are there already: showers, becomes hadrons, which decay.
  void hadronise(int quark, int antiquark, double pt_max);
  /// As above for two gluons.
  void hadronise_gluons(int one, int two, double pt_max);
  /// Lets a W, Z or H that is there already decay, all the way.
  void decay_boson(int index);
  /// Lets a lepton that is there already decay, if it does.
  void finish_lepton(int index);

  std::vector<Particle> take() { return std::move(particles_); }
  const Particle& operator[](int index) const { return particles_[static_cast<std::size_t>(index)]; }

 private:
  void add_hadrons(const std::vector<MadeHadron>& hadrons, const std::vector<int>& parents);
  void decay_to(int index, int first, int second);
  void decay_higgs(int index);

  RandomStream& random_;
  std::vector<Particle> particles_;
};

/// A mass with a Breit-Wigner's line shape in its square, between two limits.
double breit_wigner_mass(double mass, double width, double least, double most, RandomStream& random);

}  // namespace sluice::simulate
