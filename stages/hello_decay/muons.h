// Muons that stop in matter, and when they decay: the student experiment with a block of matter, a
// scintillator and a clock. Negative muons fall into the atoms' orbits, where nuclei capture some of them, so
// they live shorter.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "stages/hello_decay/histogram.h"

namespace sluice::hello {

/// Mean life of a free muon; R. L. Workman et al. (PDG), Prog. Theor. Exp. Phys. 2022, 083C01.
constexpr double muon_lifetime_us = 2.1969811;

struct Absorber {
  const char* name;
  double negative_lifetime_us;  ///< of a negative muon in it
};

/// T. Suzuki, D. F. Measday and J. P. Roalsvig, Phys. Rev. C 35 (1987) 2212.
std::span<const Absorber> absorbers();

/// Lets muons [first, first + count) stop, and adds what the clock records of them. Muon i decays the same
/// way whoever asks: its random numbers depend on the seed and on i only.
void stop_muons(const Absorber& absorber, std::int64_t first, std::int64_t count, Histogram& histogram);

}  // namespace sluice::hello
