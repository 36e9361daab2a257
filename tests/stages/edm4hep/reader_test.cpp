#include "stages/edm4hep/reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stages/edm4hep/relation.h"
#include "stages/edm4hep/root_tree.h"
#include "stages/edm4hep/tree_columns.h"
#include "tests/support/edm4hep/real_files.h"
#include "tests/support/edm4hep/sample.h"
#include "tests/support/temporary_folder.h"

namespace sluice::edm4hep {
namespace {

Reader open(const std::string& path, ReaderOptions options = {}) {
  auto reader = Reader::open(path, std::move(options));
  if (!reader) throw std::runtime_error(to_string(reader.error()));
  return std::move(*reader);
}

Columns read(const Reader& reader, std::vector<Request> requests) {
  auto columns = reader.read(requests, {0, reader.entries()});
  if (!columns) throw std::runtime_error(to_string(columns.error()));
  return std::move(*columns);
}

/// What the file calls a column that is asked for by its name in our words.
std::string stored_name(const Reader& reader, const std::string& name) {
  const auto found = reader.find(name);
  return found ? found->name : "(missing)";
}

TEST(CollectionId, IsPodiosHashOfTheName) {
  EXPECT_EQ(collection_id("MCParticles"), 2714477136);
  EXPECT_EQ(collection_id("Particle"), 921439302);
  EXPECT_EQ(collection_id("TrackerHits"), 3372654796);
  EXPECT_EQ(collection_id("PandoraClusters"), 450524680);
  EXPECT_EQ(collection_id("SiTracks_Refitted"), 4103437050);
  EXPECT_EQ(collection_id("ECALBarrel"), 1265367388);
}

TEST(ReaderNames, NumberedRelationsAreFoundByTheirNames) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader clic = open(real_file("clic_gamma_10GeV_reco"));
  const std::map<std::string, std::string> names = {
      {"MCParticles.parents.index", "MCParticles#0.index"},
      {"MCParticles.daughters.collectionID", "MCParticles#1.collectionID"},
      {"MCParticles.parents_begin", "MCParticles.parents_begin"},
      {"PandoraClusters.clusters.index", "PandoraClusters#0.index"},
      {"PandoraClusters.hits.index", "PandoraClusters#1.index"},
      {"PandoraClusters.shapeParameters", "PandoraClusters_0"},
      {"PandoraClusters.hitContributions", "PandoraClusters_1"},
      {"PandoraClusters.subdetectorEnergies", "PandoraClusters_2"},
      {"SiTracks_Refitted.trackStates.D0", "SiTracks_Refitted_1.D0"},
      {"SiTracks_Refitted.trackerHits.index", "SiTracks_Refitted#0.index"},
      {"PandoraPFOs.particleIDs.index", "PandoraPFOs#3.index"},
      {"PandoraPFOs.startVertex.index", "PandoraPFOs#4.index"},
      {"PandoraPFOs.particleIDUsed.index", "PandoraPFOs#5.index"},
      {"CalohitMCTruthLink.rec.index", "CalohitMCTruthLink#0.index"},
      {"CalohitMCTruthLink.sim.index", "CalohitMCTruthLink#1.index"},
      {"PandoraClusters.iPhi", "(missing)"},
      {"NoSuch.energy", "(missing)"}};
  for (const auto& [name, stored] : names) EXPECT_EQ(stored_name(clic, name), stored);
}

TEST(ReaderNames, NamedRelationsAreFoundByTheirNames) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader idea = open(real_file("fcc_idea_ee_WW_240"));
  EXPECT_EQ(stored_name(idea, "Particle.parents.index"), "_Particle_parents.index");
  EXPECT_EQ(stored_name(idea, "EFlowTrack.trackStates.omega"), "_EFlowTrack_trackStates.omega");
  EXPECT_EQ(stored_name(idea, "EFlowPhoton.shapeParameters"), "_EFlowPhoton_shapeParameters");
  EXPECT_EQ(stored_name(idea, "Muon.objects.index"), "Muon_objIdx.index");
  EXPECT_EQ(stored_name(idea, "magFieldBz"), "magFieldBz");
  const auto covariance = idea.find("EFlowTrack.trackStates.covMatrix.values");
  ASSERT_TRUE(covariance.has_value());
  EXPECT_EQ(covariance->width, 21U);
  EXPECT_EQ(covariance->type, Number::f32);
}

TEST(ReaderNames, SubsetsOfTheOldLayoutAreFound) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader zh = open(real_file("fcc_idea_spring2021_ZH"));
  ASSERT_NE(zh.collection("Muon"), nullptr);
  EXPECT_TRUE(zh.collection("Muon")->subset);
  EXPECT_EQ(read(zh, {{"Muon.objects.index", {}}})[0].objects(), 15U);
}

/// Numbers of references of a relation by the collection that they lead to.
std::map<std::string, int> targets(const Reader& reader, const std::string& relation) {
  const Columns columns = read(reader, relation_requests(relation));
  const Relation links(columns, relation);
  std::map<std::string, int> counts;
  for (std::uint64_t event = 0; event < reader.entries(); ++event)
    for (std::uint64_t i = 0; i < links.size(event); ++i) {
      const ObjectRef ref = links.at(event, i);
      const auto place = reader.resolve(ref.collection);
      ++counts[place ? reader.collections()[*place].name
                     : reader.dangling_name(ref.collection).value_or("?")];
    }
  return counts;
}

using Counts = std::map<std::string, int>;

TEST(References, AreResolvedByTheTableOfTheFile) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader clic = open(real_file("clic_gamma_10GeV_reco"));
  EXPECT_EQ(targets(clic, "PandoraClusters.hits"), (Counts{{"ECALBarrel", 302}, {"ECALEndcap", 279}}));
}

TEST(References, AreResolvedByHashesWhereThereIsNoTable) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader idea = open(real_file("fcc_idea_ee_WW_240"));
  EXPECT_EQ(targets(idea, "MCRecoAssociations.from"), (Counts{{"ReconstructedParticles", 625}}));
  EXPECT_EQ(targets(idea, "MCRecoAssociations.to"), (Counts{{"Particle", 625}}));
}

TEST(References, AnAliasStandsForACollectionThatTheFileCallsOtherwise) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader plain = open(real_file("clic_gamma_10GeV_reco"));
  EXPECT_EQ(targets(plain, "CalohitMCTruthLink.sim"), (Counts{{"MCParticle", 677}}));
  ReaderOptions options;
  options.aliases = {{"MCParticle", "MCParticles"}};
  const Reader with_alias = open(real_file("clic_gamma_10GeV_reco"), options);
  EXPECT_EQ(targets(with_alias, "CalohitMCTruthLink.sim"), (Counts{{"MCParticles", 677}}));
}

TEST(Values, OfTheClicPhotonsAreThoseOfThePhysics) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader clic = open(real_file("clic_gamma_10GeV_reco"));
  std::vector<Request> requests = {
      want<double>("MCParticles.momentum.x"), want<double>("MCParticles.momentum.y"),
      want<double>("MCParticles.momentum.z"), want<float>("PandoraClusters.energy"),
      want<float>("ECALBarrel.energy"),       want<float>("ECALEndcap.energy")};
  const Columns columns = read(clic, requests);
  const double photon[] = {3.7395, 9.9825, 5.7647};
  const double hits[] = {3.7778, 9.7469, 5.7118};
  const double cluster[] = {3.7624, 9.7838, 5.7408};
  for (std::uint64_t event = 0; event < 3; ++event) {
    const auto p = [&](std::size_t i) { return columns[i].of<double>(event)[0]; };
    EXPECT_NEAR(std::sqrt(p(0) * p(0) + p(1) * p(1) + p(2) * p(2)), photon[event], 5e-5);
    double sum = 0;
    for (const std::size_t i : {4U, 5U})
      for (const float energy : columns[i].of<float>(event)) sum += static_cast<double>(energy);
    EXPECT_NEAR(sum, hits[event], 5e-5);
    EXPECT_NEAR(static_cast<double>(columns[3].of<float>(event)[0]), cluster[event], 5e-5);
  }
}

TEST(Read, AnyRangeAndAnyNumberOfThreadsGivesTheSame) {
  SLUICE_NEEDS_REAL_FILES();
  const Reader odd = open(real_file("odd_pion_sim_10ev"));  // its baskets end in the middle of the ranges
  const std::vector<Request> requests = {want<double>("ECalBarrelCollection.energy"),
                                         want<double>("MCParticles.PDG"),
                                         want<double>("_MCParticles_parents.index")};
  const Columns whole = read(odd, requests);
  for (const std::uint64_t step : {1U, 3U, 10U})
    for (const int threads : {1, 4})
      for (std::uint64_t first = 0; first < odd.entries(); first += step) {
        const EntryRange range{first, std::min(first + step, odd.entries())};
        const auto part = odd.read(requests, range, threads);
        ASSERT_TRUE(part.ok());
        for (std::size_t i = 0; i < requests.size(); ++i)
          for (std::uint64_t event = 0; event < range.size(); ++event) {
            const auto want_these = whole[i].of<double>(first + event);
            const auto got = (*part)[i].of<double>(event);
            ASSERT_TRUE(std::equal(got.begin(), got.end(), want_these.begin(), want_these.end()));
          }
      }
}

class ReadTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_sample(folder / "sample.root", 10, {4000, 1}).ok()); }
  tests::TemporaryFolder folder;
};

TEST_F(ReadTest, AColumnThatTheFileLacksIsMissing) {
  const Reader reader = open(folder / "sample.root");
  const Columns columns = read(reader, {want<float>("Cluster.phi"), want<float>("Cluster.iPhi")});
  EXPECT_TRUE(columns["Cluster.phi"].missing());
  EXPECT_EQ(columns["Cluster.phi"].entries(), 10U);
  EXPECT_EQ(columns["Cluster.phi"].of<float>(3).size(), 0U);
  EXPECT_FALSE(columns["Cluster.iPhi"].missing());
}

TEST_F(ReadTest, ConvertsToTheTypeThatIsWanted) {
  const Reader reader = open(folder / "sample.root");
  const std::string name = "MCParticle.momentum.x";
  const Columns columns = read(reader, {{name, {}}, want<float>(name), want<std::int32_t>(name)});
  EXPECT_EQ(columns[0].type(), Number::f64);
  const auto exact = columns[0].all<double>();
  ASSERT_FALSE(exact.empty());
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_EQ(columns[1].all<float>()[i], static_cast<float>(exact[i]));
    EXPECT_EQ(columns[2].all<std::int32_t>()[i], static_cast<std::int32_t>(exact[i]));
  }
  try {
    (void)columns[1].all<double>();
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "column MCParticle.momentum.x holds float, not double");
  }
}

TEST_F(ReadTest, RangesCoverTheFileOnce) {
  const Reader reader = open(folder / "sample.root");
  const std::vector<Request> requests = {want<float>("MCParticle.time"), want<float>("Cluster.energy")};
  for (const std::uint64_t bytes : {1U, 200U, 1'000'000U}) {
    std::uint64_t reached = 0;
    for (const EntryRange& range : reader.ranges(requests, bytes)) {
      EXPECT_EQ(range.first, reached);
      reached = range.last;
    }
    EXPECT_EQ(reached, 10U);
  }
  EXPECT_EQ(reader.ranges(requests, 1).size(), 10U);
  EXPECT_EQ(reader.ranges(requests, 1'000'000).size(), 1U);
}

/// All columns of a tree of any name.
std::map<std::string, double> tree_sums(const std::string& path, const std::string& tree_name) {
  const auto file = RootFile::open(path);
  const auto tree = read_tree(*file, *file->find(tree_name, "TTree"));
  const auto found = columns_of(*tree);
  BasketCache cache(0);
  std::vector<ReadPlan> plans;
  for (const TreeColumn& column : found) plans.push_back({&column, column.name, Number::f64});
  const auto columns =
      read_columns({*file, tree->entries, std::uint64_t{1} << 28, cache}, plans, {0, tree->entries}, 1);
  std::map<std::string, double> sums;
  for (const Column& column : *columns) {
    const auto all = column.all<double>();
    sums[column.name()] = std::accumulate(all.begin(), all.end(), static_cast<double>(all.size()));
  }
  return sums;
}

TEST(Codecs, TheSameTreeIsTheSameInEach) {
  SLUICE_NEEDS_REAL_FILES();
  const auto plain = tree_sums(real_folder + "/codec/sample-6.14.00-uncompressed.root", "sample");
  EXPECT_EQ(plain.size(), 34U);  // of 35 branches; one holds texts
  EXPECT_NE(plain.at("n"), 0);
  for (const char* codec : {"zlib", "lz4", "lzma"})
    EXPECT_EQ(tree_sums(real_folder + "/codec/sample-6.14.00-" + codec + ".root", "sample"), plain) << codec;
}

}  // namespace
}  // namespace sluice::edm4hep
