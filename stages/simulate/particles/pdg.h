// What a PDG particle code tells by itself: charge, and how a detector sees the particle.
#pragma once

#include <cstdint>

namespace sluice::simulate {

/// In units of the positron's; from the quarks that the code names. 0 for codes that nobody knows.
double charge_of(int pdg);

/// How a particle meets a detector.
enum class Encounter : std::uint8_t { invisible, photon, electron, muon, charged_hadron, neutral_hadron };
Encounter encounter_of(int pdg, double charge);

bool is_neutrino(int pdg);
/// The code of the antiparticle; its own for those that are theirs.
int antiparticle(int pdg);

}  // namespace sluice::simulate
