#include <fastjet/ClusterSequence.hh>
#include <vector>

int main() {
  const std::vector<fastjet::PseudoJet> particles = {{10, 0, 0, 10}, {10, 0.1, 0, 10.001}, {-20, 0, 0, 20}};
  const fastjet::ClusterSequence sequence(particles, fastjet::JetDefinition(fastjet::antikt_algorithm, 0.4));
  return sequence.inclusive_jets(5.0).size() == 2 ? 0 : 1;
}
