#include "stages/hpo/schedule/brackets.h"

#include <gtest/gtest.h>

#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

TEST(Brackets, LogarithmsAreExact) {
  EXPECT_EQ(whole_log(243, 1, 3), 5);
  EXPECT_EQ(whole_log(1000, 1, 10), 3);
  EXPECT_EQ(whole_log(242, 1, 3), 4);
  EXPECT_EQ(whole_log(200, 10, 4), 2);
  EXPECT_EQ(whole_log(5, 10, 4), 0);
}

TEST(Brackets, BothTablesForEveryPublishedCase) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  int tables = 0;
  for (const auto& [name, rules] : golden->at("misc").at("hyperband_tables").as_object()) {
    const std::string text(name);
    const int most = std::stoi(text.substr(2));
    const int eta = std::stoi(text.substr(text.find("eta=") + 4));
    for (const auto rule : {BracketRule::jmlr, BracketRule::hpbandster}) {
      const auto& expected = rules.at(rule == BracketRule::jmlr ? "jmlr" : "hpbandster").as_object();
      const auto brackets = hyperband_brackets(most, 1, eta, rule);
      ASSERT_EQ(brackets.size(), expected.size()) << text;
      for (std::size_t i = 0; i < brackets.size(); ++i) {
        const auto& rounds = expected.at(std::to_string(brackets.size() - 1 - i)).as_array();
        ASSERT_EQ(brackets[i].size(), rounds.size()) << text;
        for (std::size_t k = 0; k < rounds.size(); ++k) {
          EXPECT_EQ(brackets[i][k].trials, rounds[k].at(0).to_number<std::int64_t>()) << text << " " << i;
          EXPECT_NEAR(brackets[i][k].budget, rounds[k].at(1).to_number<double>(), 1e-12) << text << " " << i;
        }
      }
      ++tables;
    }
  }
  EXPECT_EQ(tables, 14);
}

TEST(Brackets, TrainAsLongAsPublished) {
  EXPECT_EQ(steps_of(hyperband_brackets(100, 1, 2, BracketRule::jmlr)), 3213);
  EXPECT_EQ(steps_of(hyperband_brackets(300, 1, 2, BracketRule::jmlr)), 15380);
}

TEST(Brackets, RungsEndAtTheFullLength) {
  EXPECT_EQ(rungs(81, 1, 3), (std::vector<std::int64_t>{1, 3, 9, 27, 81}));
  EXPECT_EQ(rungs(100, 1, 4), (std::vector<std::int64_t>{1, 4, 16, 64, 100}));
  EXPECT_EQ(rungs(5, 10, 4), (std::vector<std::int64_t>{5}));
}

}  // namespace
}  // namespace sluice::hpo
