#include "stages/jets/jets.h"

#include <fastjet/ClusterSequence.hh>

namespace sluice::jets {

namespace {

constexpr double radius = 0.4;
constexpr double power = -1;

}  // namespace

void prepare_jets() {
  fastjet::ClusterSequence::set_fastjet_banner_stream(nullptr);
  const std::vector<FourMomentum> one = {{1, 0, 0, 1}};
  (void)cluster_jets(one);
}

Jets cluster_jets(std::span<const FourMomentum> particles) {
  Jets result;
  result.jet_of.assign(particles.size(), -1);
  std::vector<fastjet::PseudoJet> input;
  input.reserve(particles.size());
  for (std::size_t i = 0; i < particles.size(); ++i) {
    input.emplace_back(particles[i].x, particles[i].y, particles[i].z, particles[i].e);
    input.back().set_user_index(static_cast<int>(i));
  }
  if (input.empty()) return result;
  const fastjet::JetDefinition definition(fastjet::ee_genkt_algorithm, radius, power);
  const fastjet::ClusterSequence sequence(input, definition);
  for (const fastjet::PseudoJet& jet : fastjet::sorted_by_pt(sequence.inclusive_jets(least_pt_gev))) {
    for (const fastjet::PseudoJet& constituent : sequence.constituents(jet))
      result.jet_of[static_cast<std::size_t>(constituent.user_index())] =
          static_cast<std::int32_t>(result.jets.size());
    result.jets.push_back({jet.px(), jet.py(), jet.pz(), jet.e()});
  }
  return result;
}

}  // namespace sluice::jets
