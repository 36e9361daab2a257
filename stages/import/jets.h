// Jets as lepton colliders cluster them: FastJet's ee_genkt with R = 0.4 and p = -1, above a pt of 5 GeV.
#pragma once

#include <span>
#include <vector>

#include "stages/import/truth.h"

namespace sluice::import {

struct Jets {
  std::vector<FourMomentum> jets;    ///< by falling pt
  std::vector<std::int32_t> jet_of;  ///< of each particle; nobody: in no jet
};

/// To be called once before threads cluster: FastJet sets up what it shares then.
void prepare_jets();

Jets cluster_jets(std::span<const FourMomentum> particles);

}  // namespace sluice::import
