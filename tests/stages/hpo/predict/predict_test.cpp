#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/hpo/predict/qsvr.h"
#include "stages/hpo/predict/regression.h"
#include "stages/hpo/space/draws.h"
#include "tests/stages/hpo/support/protocol.h"

namespace sluice::hpo {
namespace {

struct Table {
  std::vector<Row> x;
  std::vector<double> y;
};

/// Ranks of the losses at epochs 0, 2, …, 24, and of loss 98, without the worst training.
Table published_table() {
  std::vector<Training> trainings = mlpf_trainings();
  if (trainings.empty()) return {};
  trainings.erase(
      std::max_element(trainings.begin(), trainings.end(),
                       [](const Training& a, const Training& b) { return a.losses[99] < b.losses[99]; }));
  Table table;
  for (const Training& training : trainings) {
    Row row;
    for (std::size_t epoch = 0; epoch <= 24; epoch += 2) row.push_back(training.losses[epoch]);
    table.x.push_back(row);
    table.y.push_back(training.losses[98]);
  }
  return table;
}

Table ranked(const Table& table) {
  Table result = table;
  const auto scale = [&](std::vector<double> column) {
    const QuantileScale quantiles(column, 50);
    for (double& value : column) value = quantiles.to(value);
    return column;
  };
  for (std::size_t j = 0; j < table.x[0].size(); ++j) {
    std::vector<double> column;
    for (const Row& row : table.x) column.push_back(row[j]);
    column = scale(column);
    for (std::size_t i = 0; i < column.size(); ++i) result.x[i][j] = column[i];
  }
  result.y = scale(table.y);
  return result;
}

struct Split {
  std::vector<Row> train_x, test_x;
  std::vector<double> train_y, test_y;
};

Split split_of(const Table& table, std::uint32_t seed) {
  const auto order = numpy_permutation(seed, table.y.size());
  const std::size_t tests = (table.y.size() + 1) / 2;
  Split split;
  for (std::size_t i = 0; i < tests; ++i) {
    split.test_x.push_back(table.x[order[i]]);
    split.test_y.push_back(table.y[order[i]]);
  }
  for (std::size_t i = tests; i < tests + 20; ++i) {
    split.train_x.push_back(table.x[order[i]]);
    split.train_y.push_back(table.y[order[i]]);
  }
  return split;
}

SvrSettings published_svr() {
  SvrSettings settings;
  settings.c = 67.61;
  settings.gamma = 0.1;
  settings.epsilon = 0.02;
  return settings;
}

struct Tables {
  ScoreTable swapped;
  ScoreTable correct;
};

Tables thousand_splits(const Table& table, double tolerance) {
  SvrSettings settings = published_svr();
  settings.tolerance = tolerance;
  std::vector<double> swapped;
  std::vector<double> correct;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Split split = split_of(table, 123 + i);
    const Svr svr(split.train_x, split.train_y, settings);
    std::vector<double> predicted;
    for (const Row& row : split.test_x) predicted.push_back(svr.predict(row));
    swapped.push_back(r_squared(predicted, split.test_y));
    correct.push_back(r_squared(split.test_y, predicted));
  }
  return {table_of(swapped), table_of(correct)};
}

void expect_table(const ScoreTable& seen, const ScoreTable& expected) {
  EXPECT_NEAR(seen.best, expected.best, 1e-4);
  EXPECT_NEAR(seen.worst, expected.worst, 1e-4);
  EXPECT_NEAR(seen.mean, expected.mean, 1e-4);
  EXPECT_NEAR(seen.deviation, expected.deviation, 1e-4);
  EXPECT_NEAR(seen.median, expected.median, 1e-4);
}

TEST(Svr, GivesThePublishedTables) {
  const auto golden = golden_numbers();
  const Table raw = published_table();
  if (!golden || raw.y.empty()) GTEST_SKIP() << "../shared/hpo is not here";
  const Tables seen = thousand_splits(ranked(raw), 1e-3);
  const auto expected = [&](const char* name) {
    const auto& row = golden->at("misc").at("svr_predictor").at(name).as_object();
    const auto value = [&](const char* key) { return row.at(key).to_number<double>(); };
    return ScoreTable{value("best"), value("worst"), value("mean"), value("std"), value("median")};
  };
  expect_table(seen.swapped, expected("published_swapped"));
  expect_table(seen.correct, expected("correct_r2"));
}

TEST(Svr, AgreesWithScikitLearnWhereBothConverge) {
  const Table raw = published_table();
  if (raw.y.empty()) GTEST_SKIP() << "../shared/hpo is not here";
  const Tables seen = thousand_splits(ranked(raw), 1e-6);
  expect_table(seen.swapped, {0.9570441, 0.4432237, 0.8904379, 0.0476580, 0.9019967});
  expect_table(seen.correct, {0.9610942, 0.6013151, 0.8915563, 0.0422465, 0.9007283});
}

TEST(QuantileScale, GoesThereAndBack) {
  const QuantileScale scale({1, 2, 2, 2, 9}, 5);
  EXPECT_EQ(scale.to(0), 0);
  EXPECT_EQ(scale.to(9), 1);
  EXPECT_DOUBLE_EQ(scale.to(2), 0.5);  // the middle of the ranks .25, .5, .75
  EXPECT_DOUBLE_EQ(scale.from(0.875), 5.5);
  EXPECT_DOUBLE_EQ(scale.from(scale.to(3.5)), 3.5);
}

double brute_force_minimum(const Qubo& qubo) {
  double least = 0;
  for (std::uint64_t word = 0; word < (std::uint64_t{1} << qubo.size()); ++word) {
    std::vector<std::uint8_t> bits(qubo.size());
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint8_t>((word >> i) & 1U);
    least = std::min(least, qubo.energy(bits));
  }
  return least;
}

TEST(Qubo, EnergyIsThatOfTheDualProblem) {
  const std::vector<Row> rows = {{0.0, 0.2}, {0.5, 0.9}};
  const std::vector<double> y = {0.3, 0.8};
  const QsvrSettings settings;
  const Qubo qubo = make_qubo(rows, y, settings);
  ASSERT_EQ(qubo.size(), 12U);
  const double k = std::exp(-0.1 * (0.25 + 0.49));
  for (std::uint64_t word = 0; word < 4096; ++word) {
    std::vector<std::uint8_t> bits(12);
    std::vector<double> alpha(4, 0);  // α0, α̂0, α1, α̂1
    for (std::size_t i = 0; i < 12; ++i) {
      bits[i] = static_cast<std::uint8_t>((word >> i) & 1U);
      alpha[i / 3] += bits[i] * std::pow(0.5, static_cast<double>(i % 3) - 0.005);
    }
    const double a = alpha[0] - alpha[1];
    const double b = alpha[2] - alpha[3];
    const double sum = alpha[0] + alpha[1] + alpha[2] + alpha[3];
    // In the encoding α and α̂ of a point may both be there; their cross terms belong to the square.
    const double expected =
        0.5 * (a * a + b * b + 2 * a * b * k) + 0.02 * sum - y[0] * a - y[1] * b + 0.01 * (a + b) * (a + b);
    EXPECT_NEAR(qubo.energy(bits), expected, 1e-12);
  }
}

TEST(Qubo, AnnealingFindsTheMinimum) {
  const std::vector<Row> rows = {{0.1}, {0.4}, {0.9}};
  const Qubo qubo = make_qubo(rows, {0.2, 0.9, 0.4}, {});
  const auto samples = anneal(qubo, {50, 200, 1});
  EXPECT_NEAR(samples.front().energy, brute_force_minimum(qubo), 1e-12);
  EXPECT_EQ(anneal(qubo, {50, 200, 1}).front().bits, samples.front().bits);
  for (std::size_t i = 1; i < samples.size(); ++i) EXPECT_LE(samples[i - 1].energy, samples[i].energy);
}

TEST(Qubo, TravelsByFile) {
  const Qubo qubo = make_qubo({{0.1}, {0.4}}, {0.2, 0.9}, {});
  const json::object file = to_json(qubo);
  EXPECT_EQ(file.at("linear").as_array().size(), 12U);
  EXPECT_EQ(file.at("quadratic").as_array().size(), 66U);
  const auto samples =
      samples_from_json(qubo,
                        {{"samples", json::array{json::array{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                                 json::array{0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0}}}},
                        "samples.json");
  ASSERT_TRUE(samples);
  EXPECT_LT(samples->front().energy, 0);
  const auto wrong = samples_from_json(qubo, {{"samples", json::array{json::array{0, 1}}}}, "samples.json");
  EXPECT_EQ(to_string(wrong.error()),
            "samples.json: sample 0 is not 12 times 0 or 1\n  the variables stand in the order of qubo.json");
}

TEST(Qsvr, PredictsTheCurvesAlmostAsWellAsTheClassicalMachine) {
  const Table raw = published_table();
  if (raw.y.empty()) GTEST_SKIP() << "../shared/hpo is not here";
  const Table table = ranked(raw);
  const QsvrSettings settings;
  double sum = 0;
  constexpr std::uint32_t splits = 10;
  for (std::uint32_t i = 0; i < splits; ++i) {
    const Split split = split_of(table, 123 + i);
    const Qubo qubo = make_qubo(split.train_x, split.train_y, settings);
    const Qsvr qsvr(split.train_x, split.train_y, settings, anneal(qubo, {60, 100, i}));
    std::vector<double> predicted;
    for (const Row& row : split.test_x) predicted.push_back(qsvr.predict(row));
    sum += r_squared(predicted, split.test_y) / splits;
  }
  EXPECT_GT(sum, 0.86);
  EXPECT_LT(sum, 0.94);
}

}  // namespace
}  // namespace sluice::hpo
