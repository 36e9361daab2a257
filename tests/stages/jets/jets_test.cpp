// What a jet is.
#include "stages/jets/jets.h"

#include <gtest/gtest.h>

#include <array>

namespace sluice::jets {
namespace {

TEST(Jets, OfBackToBackParticlesAreTwo) {
  prepare_jets();
  const Jets jets = cluster_jets(std::array<FourMomentum, 5>{
      {{30, 0, 0, 30}, {-20, 1, 0, 20.02}, {5, 0.5, 0, 5.02}, {-10, -1, 0, 10.05}, {0, 0.1, 4, 4.01}}});
  ASSERT_EQ(jets.jets.size(), 2U);
  EXPECT_NEAR(jets.jets[0].e, 35.02, 1e-9);
  EXPECT_NEAR(jets.jets[1].e, 30.07, 1e-9);
  EXPECT_EQ(jets.jet_of, (std::vector{0, 1, 0, 1, -1}));  // the last is below 5 GeV of pt
}

TEST(Jets, OfNothingAreNone) { EXPECT_TRUE(cluster_jets({}).jets.empty()); }

}  // namespace
}  // namespace sluice::jets
