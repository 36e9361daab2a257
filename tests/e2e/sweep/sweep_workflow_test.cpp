// workflows/sweep.toml: a real training is tuned, and the best configuration trains the model.
#include <gtest/gtest.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

TEST(SweepWorkflow, TunesATrainingTrainsTheBestAndGoesOnWithMoreTrials) {
  Place place;
  std::vector<std::string> words = {"run", SLUICE_SOURCE_DIR "/workflows/sweep.toml", "--dir", place.path()};
  for (const char* setting : {"events=20", "shards=1", "epochs=3", "trials=3"})
    words.insert(words.end(), {"--set", setting});
  const Answer answer = place.sluice(words);
  ASSERT_EQ(answer.code, 0) << answer.err;
  const std::string best = place.read("best.toml");
  const std::string rate =
      best.substr(best.find("\nlr = "), best.find('\n', best.find("\nlr = ") + 1) - best.find("\nlr = "));
  EXPECT_TRUE(holds(place.read("model/training.toml"), {"epochs = 3", rate})) << best;
  EXPECT_TRUE(holds(place.read("trials.csv"), {"trial,state,step,val_loss,lr,", "\n0,", "\n1,", "\n2,"}));
  EXPECT_NE(place.read("sweep.html").find("<svg"), std::string::npos);

  words.back() = "trials=4";
  const Answer more = place.sluice(words);
  ASSERT_EQ(more.code, 0) << more.err;
  EXPECT_TRUE(holds(place.read("trials.csv"), {"\n2,", "\n3,"}));
  EXPECT_EQ(place.list(".sluice/attempts/sweep.trial-000000.run-0001").size(), 1U) << "trained once";
}

}  // namespace
}  // namespace sluice::tests
