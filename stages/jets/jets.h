// Jets as lepton colliders cluster them: FastJet's ee_genkt with R = 0.4 and p = -1, above a pt of 5 GeV.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stages/jets/four_momentum.h"

namespace sluice::jets {

constexpr double least_pt_gev = 5;

struct Jets {
  std::vector<FourMomentum> jets;    ///< by falling pt
  std::vector<std::int32_t> jet_of;  ///< of each particle; -1: in no jet
};

/// To be called once before threads cluster: FastJet sets up what it shares then.
void prepare_jets();

Jets cluster_jets(std::span<const FourMomentum> particles);

}  // namespace sluice::jets
