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
  /// How many attempts each submission held.
  std::vector<std::size_t> batches_of(const std::string& what) const {
    std::vector<std::size_t> sizes;
    for (const auto& name : place_.list(".sluice/slurm")) {
      if (!name.ends_with(".json")) continue;
      const std::string text = place_.read(".sluice/slurm/" + name);
      std::size_t count = 0;
      for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
      if (count > 0) sizes.push_back(count);
    }
    return sizes;
  }

  Place place_{"run"};
};

TEST_F(SweepOnSlurm, TunesATrainingAndEqualTrialsGoOutAsOneArray) {
  std::vector<std::string> words = {
      "run", SLUICE_SOURCE_DIR "/workflows/sweep.toml", "--dir", place_.path(), "--site", "slurm-test"};
  for (const char* setting : {"events=20", "shards=1", "epochs=3", "trials=8", "parallel=8"})
    words.insert(words.end(), {"--set", setting});
  const Answer answer = place_.sluice(words);
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(place_.read("model/training.toml"), "");
  EXPECT_EQ(batches_of(".run-0001/1\"").size(), 1U) << "eight first runs, one sbatch";
}

}  // namespace
}  // namespace sluice::tests
