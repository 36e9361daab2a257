// Who answers in the record for what is in the detector: mostly the particles that the generator left over
// (status 1), and sometimes a surrogate among their ancestors. Part of truth.
#pragma once

#include <span>
#include <vector>

#include "stages/import/ancestry.h"

namespace sluice::import {

struct Record {
  std::span<const std::int32_t> pdg;
  std::span<const std::int32_t> generator_status;
};

/// Generator status 1, and no neutrino.
std::vector<std::int32_t> stable_particles(const Record& record);

/// For every particle the one that answers for what it left: the nearest stable one among itself and its
/// ancestors; if there is none, the nearest one that the generator made; else itself.
std::vector<std::int32_t> find_answerable(const Record& record, const Ancestry& ancestry);

/// For stable particles that have nothing, the nearest ancestor that has something (a simulation may have
/// tracked the mother, and ignored the daughters that the generator gave her). Not if any stable particle
/// below it has something; and of two, one below the other, only the lower. `has` is about what a particle
/// answers for.
std::vector<std::int32_t> find_surrogates(const Record& record, const Ancestry& ancestry,
                                          const std::vector<char>& has);

}  // namespace sluice::import
