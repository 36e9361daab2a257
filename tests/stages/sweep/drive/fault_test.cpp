// A thousand deaths of the sweep, and all that can happen to its trials: no decision differs.
#include "tests/stages/sweep/drive/fixture.h"

namespace sluice::sweep {
namespace {

std::string study(const std::string& search) {
  return "trials = 12\nparallel = 3\nseed = 4\ndeterministic = true\n[search]\nmethod = \"" + search +
         "\"\n[schedule]\nmethod = \"asha\"\nmost = 9\n[space]\nlr = { float = [1e-4, 1], log = true }\n";
}

/// What a line that was being written leaves behind when the machine dies.
std::string torn(std::mt19937& random) {
  const std::string line = R"({"work":7,"trial":3,"from":1,"until":3,"scale":1})";
  switch (random() % 4) {
    case 0: return "";
    case 1: return line.substr(0, random() % line.size());
    case 2: return std::string(random() % 64, '\0');
    default: return line.substr(0, random() % line.size()) + std::string(random() % 16, '\0');
  }
}

TEST(Faults, AThousandDeathsChangeNoDecision) {
  StudyPlace calm(study("tpe"));
  FakeEngine quiet(calm.path(), 1, false);
  ASSERT_TRUE(**calm.live(quiet) == Finish::done);
  const std::string expected = calm.decisions();
  const double best = calm.study().best()->loss();
  int deaths = 0;
  std::map<std::string, int> faults;
  for (std::uint32_t seed = 0; deaths < 1000; ++seed) {
    std::mt19937 random(seed);
    StudyPlace place(study("tpe"));
    FakeEngine engine(place.path(), seed, true);
    std::optional<Result<Finish>> finished;
    while (!(finished = place.live(engine, 1 + static_cast<int>(random() % 120)))) {
      ++deaths;
      if (place.died_writing()) place.append_to_journal(torn(random));
    }
    ASSERT_TRUE(*finished) << to_string(finished->error()) << ", seed " << seed;
    ASSERT_EQ(place.decisions(), expected) << "seed " << seed;
    ASSERT_EQ(place.study().best()->loss(), best);
    const int lost = engine.faults["attempts killed"];
    int again = 0;
    for (const auto& [what, times] : engine.trained) again += times - 1;
    ASSERT_LE(again, lost) << "trained twice beyond a checkpoint, seed " << seed;
    for (const auto& [what, times] : engine.faults) faults[what] += times;
  }
  std::string said = std::to_string(deaths) + " deaths of the sweep";
  for (const auto& [what, times] : faults) said += ", " + std::to_string(times) + " " + what;
  std::cout << said << "\n";
  EXPECT_EQ(faults.size(), 8U) << said;
}

TEST(Faults, LiveTrialsSurviveAllThisToo) {
  for (std::uint32_t seed = 0; seed < 15; ++seed) {
    std::string text = study("random");
    text.replace(text.find("deterministic = true\n"), 21, "");
    text.replace(text.find("asha"), 4, "stopping");
    std::mt19937 random(seed);
    StudyPlace place(text);
    FakeEngine engine(place.path(), seed, true);
    std::optional<Result<Finish>> finished;
    while (!(finished = place.live(engine, 1 + static_cast<int>(random() % 120))))
      if (place.died_writing()) place.append_to_journal(torn(random));
    ASSERT_TRUE(*finished) << to_string(finished->error()) << ", seed " << seed;
    ASSERT_EQ(place.study().trials().size(), 12U);
    for (const auto& trial : place.study().trials()) {
      ASSERT_TRUE(trial.state == hpo::TrialState::finished || trial.state == hpo::TrialState::stopped)
          << seed;
      ASSERT_FALSE(trial.measures.empty());
      const auto& last = trial.measures.back();
      const auto parameters = to_json(place.study().settings().space, trial.point);
      ASSERT_NEAR(last.loss, FakeEngine::loss(parameters, last.step), 1e-12) << "seed " << seed;
    }
    int again = 0;
    for (const auto& [what, times] : engine.trained) again += times - 1;
    ASSERT_LE(again, engine.faults["attempts killed"]) << seed;
  }
}

}  // namespace
}  // namespace sluice::sweep
