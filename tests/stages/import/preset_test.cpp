// Presets: the ones that come with Sluice, and what is said of wrong ones.
#include "stages/import/preset.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace sluice::import {
namespace {

using events::Subdetector;

TEST(Presets, ThatComeWithSluiceAreValid) {
  for (const char* name : {"clic", "cld", "idea", "ild", "odd"}) {
    const auto preset = read_preset(std::string(SLUICE_SOURCE_DIR "/data/import/") + name + ".toml", name);
    ASSERT_TRUE(preset.ok()) << to_string(preset.error());
    EXPECT_FALSE(preset->hits.empty()) << name;
  }
}

TEST(Presets, SayTheSubdetectorWhateverTheCollectionIsCalled) {  // elsewhere "Ecal…" was not ECAL but "other"
  const auto preset = read_preset(SLUICE_SOURCE_DIR "/data/import/ild.toml", "ild");
  ASSERT_TRUE(preset.ok());
  EXPECT_EQ(preset->hits.front().name, "EcalBarrelCollectionRec");
  EXPECT_EQ(preset->hits.front().subdetector, Subdetector::ecal);
}

TEST(Presets, TellWhereTheyAreWrong) {
  const sluice::tests::TemporaryFolder folder;
  const std::string path = folder / "mine.toml";
  std::ofstream(path) << "sluice_import = 1\nfield_t = \"four\"\nparticle = \"MCParticles\"\n";
  const auto preset = read_preset(path, "mine");
  ASSERT_FALSE(preset.ok());
  EXPECT_EQ(exit_code(preset.error().kind), exit_usage);
  const std::string text = to_string(preset.error());
  EXPECT_NE(text.find("mine.toml:2:11: error: field_t is a number, not a text"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'particles'?"), std::string::npos) << text;
}

TEST(Aliases, AreTwoNames) {
  EXPECT_EQ(*parse_alias("MCParticle=MCParticles"),
            (std::pair<std::string, std::string>("MCParticle", "MCParticles")));
  EXPECT_EQ(to_string(parse_alias("MCParticle").error()),
            "--aliases: 'MCParticle' is no alias\n  write NAME_IN_REFERENCES=NAME_IN_FILE, as "
            "MCParticle=MCParticles");
}

}  // namespace
}  // namespace sluice::import
