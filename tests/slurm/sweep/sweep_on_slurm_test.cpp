// workflows/sweep.toml on a real Slurm of four nodes.
#include <cstdlib>

#include "tests/e2e/harness.h"
#include "tests/slurm/real_cluster.h"

namespace sluice::tests {
namespace {

class SweepOnSlurm : public RealCluster {
 protected:
  void SetUp() override {
    RealCluster::SetUp();
    if (!IsSkipped()) place_.environment = {std::string("SLURM_CONF=") + std::getenv("SLURM_CONF")};
  }
  static std::vector<std::string> words(const std::string& path, const std::vector<std::string>& settings) {
    std::vector<std::string> all = {
        "run", SLUICE_SOURCE_DIR "/workflows/sweep.toml", "--dir", path, "--site", "slurm-test"};
    for (const auto& setting : settings) all.insert(all.end(), {"--set", setting});
    return all;
  }
  /// The submissions with attempts of this name.
  std::vector<std::string> batches_with(const std::string& what) const {
    std::vector<std::string> found;
    for (const auto& name : place_.list(".sluice/slurm"))
      if (const std::string text = place_.read(".sluice/slurm/" + name);
          name.ends_with(".json") && text.find(what) != std::string::npos)
        found.push_back(text);
    return found;
  }

  Place place_{"run"};
};

TEST_F(SweepOnSlurm, TunesATrainingInOneArrayAndGoesOnWithATrialOfTwoRanks) {
  const Answer answer =
      place_.sluice(words(place_.path(), {"events=20", "shards=1", "epochs=3", "parallel=8", "trials=8"}));
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(place_.read("model/training.toml"), "");
  EXPECT_EQ(batches_with(".run-0001/1\"").size(), 1U) << "eight first runs, one sbatch";

  const Answer more = place_.sluice(words(
      place_.path(), {"events=20", "shards=1", "epochs=3", "parallel=8", "trials=9", "ranks=2", "cpus=2"}));
  ASSERT_EQ(more.code, 0) << more.err;
  EXPECT_NE(place_.read("trials.csv").find("\n8,"), std::string::npos);
  const auto ninth = batches_with("trial-000008.run-0001/1\"");
  ASSERT_EQ(ninth.size(), 1U);
  EXPECT_NE(ninth[0].find("\"ranks\":2"), std::string::npos) << ninth[0];
}

}  // namespace
}  // namespace sluice::tests
