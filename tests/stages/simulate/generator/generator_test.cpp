// The built-in generator keeps energy and momentum, and resembles Pythia.
#include "stages/simulate/generator/generator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "engine/base/disk.h"
#include "stages/simulate/hepmc/reader.h"
#include "stages/simulate/particles/pdg.h"

namespace sluice::simulate {
namespace {

const std::string shared_folder = SLUICE_SOURCE_DIR "/../shared/hepmc3";

std::unique_ptr<Generator> generator(const std::string& process) {
  auto made = make_generator(process, {});
  EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
  return *std::move(made);
}

std::string error_of(const std::string& process) {
  const auto made = make_generator(process, {});
  return made ? "(no error)" : to_string(made.error());
}

TEST(Generator, KeepsEnergyAndMomentum) {
  const std::map<std::string, double> processes = {
      {"ee_qq_380", 380},   {"ee_ttbar_380", 380},    {"ee_WW_380", 380},     {"ee_ZH_240", 240},
      {"ee_qq_91.2", 91.2}, {"ee_tautau_91.2", 91.2}, {"ee_ttbar_1000", 1000}};
  for (const auto& [process, energy] : processes) {
    const auto made = generator(process);
    for (std::uint64_t number = 0; number < 200; ++number) {
      const GeneratedEvent event = made->generate(3, number);
      FourVector sum;
      for (const Particle& particle : event.particles)
        if (particle.status == status_stable) sum = sum + particle.four_momentum();
      // A string too light for two hadrons becomes one, whose mass costs some energy.
      EXPECT_NEAR(sum.e, energy, 1.0) << process << " " << number;
      EXPECT_LT(sum.p.norm(), 1.0) << process << " " << number;
    }
  }
}

TEST(Generator, ParentsComeBeforeTheirChildren) {
  const auto made = generator("ee_ttbar_380");
  const GeneratedEvent event = made->generate(1, 0);
  for (std::size_t i = 0; i < event.particles.size(); ++i)
    for (const int parent : event.particles[i].parents) EXPECT_LT(parent, static_cast<int>(i));
}

TEST(Generator, MakesAnyEventAlone) {
  const auto made = generator("ee_ZH_240");
  for (std::uint64_t number = 0; number < 5; ++number) (void)made->generate(1, number);
  const GeneratedEvent after = made->generate(1, 5);
  const GeneratedEvent alone = generator("ee_ZH_240")->generate(1, 5);
  ASSERT_EQ(after.particles.size(), alone.particles.size());
  EXPECT_EQ(after.particles.back().momentum, alone.particles.back().momentum);
  EXPECT_NE(generator("ee_ZH_240")->generate(2, 5).particles.back().momentum,
            alone.particles.back().momentum);
}

TEST(Generator, UnknownProcessesAreExplained) {
  EXPECT_EQ(error_of("ee_tbar_380"),
            "--process: there is no process 'ee_tbar_380'\n"
            "  did you mean 'ee_ttbar_380'? the energy in GeV comes last");
  EXPECT_EQ(error_of("pp_jets"),
            "--process: there is no process 'pp_jets'\n"
            "  known: gun, ee_qq_ENERGY, ee_ttbar_ENERGY, ee_tautau_ENERGY, ee_WW_ENERGY, ee_ZH_ENERGY");
  EXPECT_EQ(error_of("ee_ttbar"),
            "--process: there is no process 'ee_ttbar'\n"
            "  the energy comes last, from 10 to 5000 GeV: ee_ttbar_380");
  EXPECT_EQ(error_of("ee_ttbar_nan"),
            "--process: there is no process 'ee_ttbar_nan'\n"
            "  the energy comes last, from 10 to 5000 GeV: ee_ttbar_380");
  EXPECT_EQ(error_of("ee_ttbar_300"),
            "--process: the energy is too low for 'ee_ttbar_300'\n"
            "  it takes more than 345 GeV");
}

TEST(Gun, ShootsWhatItIsTold) {
  const GunSettings settings{-211, 5, 10, 30, 60, 3};
  const auto gun = *make_generator("gun", settings);
  for (std::uint64_t number = 0; number < 100; ++number) {
    const GeneratedEvent event = gun->generate(1, number);
    ASSERT_EQ(event.particles.size(), 3U);
    for (const Particle& particle : event.particles) {
      EXPECT_EQ(particle.charge, -1);
      EXPECT_TRUE(particle.energy() >= 5 && particle.energy() <= 10) << particle.energy();
      const double theta = std::acos(particle.momentum.z / particle.momentum.norm()) * 180 / std::numbers::pi;
      EXPECT_TRUE(theta >= 30 && theta <= 60) << theta;
    }
  }
  EXPECT_EQ(to_string(make_generator("gun", {12345}).error()),
            "--gun_pdg: no particle has the code 12345\n"
            "  PDG codes, such as 22 for photons, 211 for pi+, 130 for K0L");
  EXPECT_EQ(to_string(make_generator("gun", {22, 50, 5}).error()),
            "--gun_energy_min, --gun_theta_min: the gun's least energy or angle is above the greatest");
  EXPECT_EQ(to_string(make_generator("gun", {2212, 0.5, 5}).error()),
            "--gun_energy_min: the gun's least energy is below the particle's mass\n"
            "  energies are total energies");
}

/// Means over events of what can be seen: more than 0.6 degrees from the beams, photons above 0.1 GeV.
struct Means {
  double charged = 0, photons = 0, pions = 0, kaons = 0, protons = 0, neutral_kaons = 0, leptons = 0;
  double visible = 0, charged_energy = 0, photon_energy = 0, hard_charged = 0;
};

void count(const Particle& particle, Means& means) {
  const int code = std::abs(particle.pdg);
  if (particle.status != status_stable || is_neutrino(code) ||
      particle.momentum.perp() < 0.01 * particle.energy())
    return;
  means.visible += particle.energy();
  if (particle.charge != 0) means.charged += 1, means.charged_energy += particle.energy();
  if (particle.charge != 0 && particle.energy() > 10) means.hard_charged += 1;
  if (code == 22) means.photon_energy += particle.energy();
  if (code == 22 && particle.energy() > 0.1) means.photons += 1;
  if (code == 211) means.pions += 1;
  if (code == 321) means.kaons += 1;
  if (code == 2212) means.protons += 1;
  if (code == 130 || code == 310) means.neutral_kaons += 1;
  if (code == 11 || code == 13) means.leptons += 1;
}

void divide(Means& means, double events) {
  for (double* value :
       {&means.charged, &means.photons, &means.pions, &means.kaons, &means.protons, &means.neutral_kaons,
        &means.leptons, &means.visible, &means.charged_energy, &means.photon_energy, &means.hard_charged})
    *value /= events;
}

class LikePythia : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(LikePythia, MultiplicitiesSpeciesAndEnergies) {
  const auto [file, process] = GetParam();
  auto reader = HepMcReader::open(shared_folder + "/" + file + ".hepmc3.gz");
  if (!reader) GTEST_SKIP() << "needs " << shared_folder;
  Means pythia;
  double events = 0;
  for (auto next = reader->next(); next && *next; next = reader->next(), ++events)
    for (const Particle& particle : (**next).event.particles) count(particle, pythia);
  divide(pythia, events);
  Means ours;
  const auto made = generator(process);
  constexpr std::uint64_t number_of_events = 1000;
  for (std::uint64_t number = 0; number < number_of_events; ++number)
    for (const Particle& particle : made->generate(1, number).particles) count(particle, ours);
  divide(ours, number_of_events);

  // What a detector sees most of within 10 %, the rarer species within a third.
  EXPECT_NEAR(ours.charged / pythia.charged, 1, 0.10);
  EXPECT_NEAR(ours.pions / pythia.pions, 1, 0.10);
  EXPECT_NEAR(ours.visible / pythia.visible, 1, 0.05);
  EXPECT_NEAR(ours.charged_energy / pythia.charged_energy, 1, 0.08);
  EXPECT_NEAR(ours.hard_charged / pythia.hard_charged, 1, 0.15);
  EXPECT_NEAR(ours.photon_energy / pythia.photon_energy, 1, 0.12);
  EXPECT_NEAR(ours.photons / pythia.photons, 1, std::string(file) == "ee_tautau_91" ? 0.25 : 0.10);
  EXPECT_NEAR(ours.leptons / pythia.leptons, 1, 0.33);
  if (std::string(file) == "ee_tautau_91") return;
  EXPECT_NEAR(ours.kaons / pythia.kaons, 1, 0.2);
  EXPECT_NEAR(ours.neutral_kaons / pythia.neutral_kaons, 1, 0.2);
  EXPECT_NEAR(ours.protons / pythia.protons, 1, 0.33);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, LikePythia,
    testing::Values(std::pair("ee_Z_qq_91", "ee_qq_91.2"), std::pair("ee_qq_380", "ee_qq_380"),
                    std::pair("ee_WW_380", "ee_WW_380"), std::pair("ee_ttbar_380", "ee_ttbar_380"),
                    std::pair("ee_ZH_240", "ee_ZH_240"), std::pair("ee_tautau_91", "ee_tautau_91.2")),
    [](const auto& parameter) { return std::string(parameter.param.first); });

}  // namespace
}  // namespace sluice::simulate
