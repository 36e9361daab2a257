// Detector files: the shipped ones are sound, and a wrong number is shown where it stands.
#include "stages/simulate/detector/detector.h"

#include <gtest/gtest.h>

#include "engine/base/disk.h"
#include "stages/simulate/detector/read_detector.h"

namespace sluice::simulate {
namespace {

std::string shipped(const std::string& name) {
  return *RealDisk().read(std::string(SLUICE_SOURCE_DIR) + "/data/detectors/" + name + ".toml");
}

/// clic.toml with one piece of text replaced, read as "clic.toml".
Result<Detector> altered(const std::string& from, const std::string& to) {
  std::string text = shipped("clic");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return parse_detector("clic.toml", text.replace(at, from.size(), to));
}

std::string message_of(const Result<Detector>& detector) {
  return detector ? "(no error)" : to_string(detector.error());
}

TEST(Detector, ShippedOnesAreSound) {
  for (const std::string name : {"clic", "cld"}) {
    const auto detector = parse_detector(name, shipped(name));
    ASSERT_TRUE(detector) << to_string(detector.error());
    EXPECT_GE(detector->regions.size(), 7U);
    EXPECT_GE(detector->tracker.layers.size(), 20U);
  }
}

TEST(Detector, ClicHasTheNumbersOfItsDescription) {
  const auto clic = parse_detector("clic", shipped("clic"));
  ASSERT_TRUE(clic);
  EXPECT_EQ(clic->field_t, 4);
  const CaloRegion& ecal = *clic->region(CaloPart::ecal_barrel);
  EXPECT_EQ(ecal.layers, 40);
  EXPECT_DOUBLE_EQ(ecal.layer_mm(), 5.05);
  EXPECT_DOUBLE_EQ(clic->region(CaloPart::hcal_barrel)->layer_mm(), 26.5);
  EXPECT_NEAR(momentum_resolution(clic->tracker, Species::hadron, 0, 100), 0.00248, 0.00001);
  EXPECT_EQ(track_efficiency(clic->tracker, Species::hadron, 1.0, 2.0), 0.990);
  EXPECT_EQ(track_efficiency(clic->tracker, Species::hadron, 0.1, 2.0), 1);
  EXPECT_NEAR(std::sqrt(at_eta(clic->em, 0).variance(10)), 0.503, 0.001);
}

TEST(Detector, ANegativeNumberIsShown) {
  EXPECT_EQ(message_of(altered("field_t = 4.0", "field_t = -4.0")),
            "clic.toml: this is no detector\n"
            "clic.toml:12:11: error: 'field_t' is out of range\n"
            "  field_t = -4.0  # [g]\n"
            "            ^~~~\n"
            "  it has to be from 0.01 to 20\n"
            "1 error\n"
            "  see docs/simulation.md");
}

TEST(Detector, NoNumberIsShown) {
  EXPECT_EQ(message_of(altered("min_hits        = 4", "min_hits        = nan")),
            "clic.toml: this is no detector\n"
            "clic.toml:17:19: error: 'min_hits' is not a finite number\n"
            "  min_hits        = nan             # [r] of a conformal-tracking candidate\n"
            "                    ^~~\n"
            "  it has to be from 3 to 100\n"
            "1 error\n"
            "  see docs/simulation.md");
}

TEST(Detector, AnUnknownKeyIsExplained) {
  EXPECT_EQ(message_of(altered("hit_efficiency  =", "hit_eficiency   =")),
            "clic.toml: this is no detector\n"
            "clic.toml:14:1: error: 'hit_efficiency' is missing in [tracker]\n"
            "  [tracker]\n"
            "  ^~~~~~~~~\n"
            "clic.toml:16:1: error: unknown key 'hit_eficiency' in [tracker]\n"
            "  hit_eficiency   = 0.99          # [n]\n"
            "  ^~~~~~~~~~~~~\n"
            "  did you mean 'hit_efficiency'?\n"
            "2 errors\n"
            "  see docs/simulation.md");
}

TEST(Detector, ListsOfOneTableAreEquallyLong) {
  EXPECT_NE(message_of(altered("half_lengths_mm = [481.6, 481.6, 692.3]", "half_lengths_mm = [481.6, 481.6]"))
                .find("error: 'half_lengths_mm' has to hold 3 numbers, not 2"),
            std::string::npos);
}

TEST(Detector, LayersTurnedInsideOutAreRefused) {
  EXPECT_NE(message_of(altered("radii_mm      = [1500, 1702]", "radii_mm      = [1702, 1500]"))
                .find("error: 'radii_mm' has to be inner, outer"),
            std::string::npos);
}

TEST(Detector, WithoutAnEcalThereIsNone) {
  EXPECT_NE(message_of(altered("part          = \"ecal_endcap\"", "part          = \"ecal_other\""))
                .find("error: there is no [[calorimeter]] whose part is 'ecal_endcap'"),
            std::string::npos);
}

TEST(Detector, TextThatIsNoTomlIsShown) {
  EXPECT_NE(message_of(parse_detector("x.toml", "name = \n")).find("x.toml:1:"), std::string::npos);
}

}  // namespace
}  // namespace sluice::simulate
