// Single particles in the calorimeters: energies come out right and as sharp as the cards say, and photons
// look like those of CLIC's full simulation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stages/simulate/chain/simulate_event.h"
#include "stages/simulate/detector/read_detector.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"
#include "stages/simulate/shower/cells.h"

namespace sluice::simulate {
namespace {

const Detector& clic() {
  static const Detector detector = *read_detector(SLUICE_SOURCE_DIR "/data/detectors/clic.toml");
  return detector;
}

GeneratedEvent single(int pdg, double energy, const Vec3& direction) {
  Particle particle;
  particle.pdg = pdg;
  particle.charge = charge_of(pdg);
  particle.mass = mass_of(pdg);
  particle.momentum = unit(direction) * std::sqrt(energy * energy - particle.mass * particle.mass);
  return {0, 1, {particle}};
}

struct Response {
  double mean = 0;
  double sigma = 0;
  double hits = 0;  ///< mean number
};

/// Of particles that reach the calorimeters, over all hits but those in the muon system.
Response response(int pdg, double energy, double theta, int count) {
  double sum = 0, square = 0, hits = 0;
  int used = 0;
  for (int i = 0; i < count; ++i) {
    const double phi = 0.1 + 0.7 * i;
    const Vec3 direction{std::sin(theta) * std::cos(phi), std::sin(theta) * std::sin(phi), std::cos(theta)};
    const SimulatedEvent event =
        simulate_event(clic(), single(pdg, energy, direction), 5, static_cast<std::uint64_t>(i));
    if (event.particles.size() > 1) continue;  // it converted or decayed
    double seen = 0;
    for (std::uint32_t hit = 0; hit < event.calo_begin[static_cast<std::size_t>(CaloPart::muon)]; ++hit)
      seen += event.calo_hits[hit].energy;
    sum += seen / energy;
    square += seen * seen / (energy * energy);
    hits += static_cast<double>(event.calo_hits.size());
    ++used;
  }
  const double mean = sum / used;
  return {mean, std::sqrt(square / used - mean * mean) / mean, hits / used};
}

TEST(Response, PhotonsAreUnbiasedAndAsSharpAsTheCard) {
  for (const double energy : {1.0, 5.0, 20.0, 50.0}) {
    const Response seen = response(22, energy, 1.4, 500);
    EXPECT_NEAR(seen.mean, 1, 0.02) << energy << " GeV";
    EXPECT_NEAR(seen.sigma / std::sqrt(0.156 * 0.156 / energy + 0.01 * 0.01), 1, 0.12) << energy << " GeV";
  }
  EXPECT_NEAR(response(22, 20, 0.5, 200).mean, 1, 0.03) << "in the endcap";
}

TEST(Response, NeutralHadronsAreUnbiasedAndAsSharpAsTheCard) {
  for (const double energy : {5.0, 10.0, 20.0, 50.0}) {
    const Response seen = response(130, energy, 1.4, 500);
    const double card =
        std::sqrt(1.38 * 1.38 + 0.308 * 0.308 * energy + 0.05 * 0.05 * energy * energy) / energy;
    EXPECT_NEAR(seen.mean, 1, 0.03) << energy << " GeV";
    EXPECT_NEAR(seen.sigma / card, 1, 0.15) << energy << " GeV";
  }
  EXPECT_NEAR(response(130, 20, 0.5, 300).mean, 1, 0.05) << "in the endcap";
}

TEST(Response, ChargedHadronsAreUnbiased) { EXPECT_NEAR(response(211, 20, 1.4, 300).mean, 1, 0.04); }

TEST(Response, MuonsOnlyIonise) {
  const Response seen = response(13, 50, 1.4, 100);
  EXPECT_NEAR(seen.mean * 50, 40 * 0.0055 + 60 * 0.0245, 0.25);
  EXPECT_NEAR(seen.hits, 40 + 60 + 7, 12);
}

/// The three photons of the file clic_gamma_10GeV_reco.root: energy, direction, and hits that full simulation
/// gave (147, 347 and 183, of which 122, 302 and 157 were clustered; energy ratios 1.006, 0.980, 0.996).
TEST(Response, PhotonsLookLikeThoseOfFullSimulation) {
  struct Photon {
    Vec3 momentum;
    double hits;
  };
  const Photon photons[] = {
      {{1.0504, 0.2722, -3.5786}, 147}, {{-1.6656, -9.6085, -2.1336}, 347}, {{-0.4693, 2.1247, 5.3383}, 183}};
  double all_hits = 0;
  for (const Photon& photon : photons) {
    double hits = 0, cluster_hits = 0, energy = 0, clustered = 0;
    int used = 0;
    for (std::uint64_t number = 0; number < 200; ++number) {
      const SimulatedEvent event =
          simulate_event(clic(), single(22, photon.momentum.norm(), photon.momentum), 7, number);
      if (event.particles.size() > 1 || event.clusters.empty()) continue;
      const auto largest =
          std::max_element(event.clusters.begin(), event.clusters.end(),
                           [](const Cluster& a, const Cluster& b) { return a.energy < b.energy; });
      hits += static_cast<double>(event.calo_hits.size());
      cluster_hits += largest->hits.size();
      clustered += largest->energy / photon.momentum.norm();
      for (const CaloHit& hit : event.calo_hits) energy += hit.energy / photon.momentum.norm();
      ++used;
    }
    all_hits += hits / used;
    EXPECT_NEAR(hits / used / photon.hits, 1, 0.25) << "one photon fluctuates by a tenth";
    EXPECT_NEAR(cluster_hits / hits, 0.86, 0.15);
    EXPECT_NEAR(energy / used, 0.994, 0.03);
    EXPECT_NEAR(clustered / used, 0.97, 0.05);
  }
  EXPECT_NEAR(all_hits / (147 + 347 + 183), 1, 0.08);
}

TEST(Cells, AreFoundAgainAtTheirCentres) {
  CellKey key;
  for (const CaloRegion& region : clic().regions) {
    const double radius = 0.5 * (region.inner_mm + region.outer_mm);
    const double z = region.barrel ? -321 : -0.5 * (region.z_begin_mm + region.z_end_mm);
    for (double phi = 0.01; phi < 6.2; phi += 0.3) {
      ASSERT_TRUE(find_cell(clic(), region, {radius * std::cos(phi), radius * std::sin(phi), z}, key));
      const Vec3 centre = cell_centre(clic(), key);
      CellKey again;
      ASSERT_TRUE(find_cell(clic(), region, centre, again));
      EXPECT_EQ(again.bits, key.bits);
      EXPECT_LT((centre - Vec3{radius * std::cos(phi), radius * std::sin(phi), z}).norm(),
                region.cell_mm + region.layer_mm());
      EXPECT_EQ(cell_id(clic(), key) & 0x1FU, static_cast<std::uint64_t>(region.system));
      EXPECT_EQ(cell_id(clic(), key) >> 19U & 0x1FFU, static_cast<std::uint64_t>(key.layer()));
    }
  }
}

/// As in CLIC's real files: layer * 10000 + barrel 1, endcap 2 * 1000 + ECAL 1, HCAL 2 * 10 + hadronic 1.
TEST(Cells, HaveLciosTypes) {
  CellKey key;
  ASSERT_TRUE(find_cell(clic(), *clic().region(CaloPart::ecal_barrel), {1507, 20, 30}, key));
  EXPECT_EQ(hit_type(clic(), key), 11010);
  ASSERT_TRUE(find_cell(clic(), *clic().region(CaloPart::ecal_endcap), {681, 176, -2314}, key));
  EXPECT_EQ(hit_type(clic(), key), 12010);
  ASSERT_TRUE(find_cell(clic(), *clic().region(CaloPart::hcal_barrel), {1745, 20, 30}, key));
  EXPECT_EQ(hit_type(clic(), key), 1021);
}

}  // namespace
}  // namespace sluice::simulate
