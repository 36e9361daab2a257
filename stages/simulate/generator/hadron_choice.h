// Which hadron a quark and an antiquark (or diquarks) make.
#pragma once

#include "stages/simulate/random/stream.h"

namespace sluice::simulate {

/// A flavour that can end a cluster: a quark 1..5, or two light quarks together as 10 a + b with a >= b. The
/// sign says quark or antiquark; an antidiquark is colour-wise a quark.
using Flavour = int;

constexpr bool is_diquark(Flavour flavour) { return flavour > 10 || flavour < -10; }

/// A pair from the vacuum; returns the quark, or the antidiquark.
Flavour vacuum_pair(RandomStream& random, bool may_be_diquark);

/// A hadron of colour triplet `a` (quark or antidiquark) and antitriplet `b` (antiquark or diquark), not both
/// diquarks; 0 where we know none.
int hadron_of(Flavour a, Flavour b, RandomStream& random);
/// The lightest such hadron.
int lightest_hadron_of(Flavour a, Flavour b);

double constituent_mass(Flavour flavour);

}  // namespace sluice::simulate
