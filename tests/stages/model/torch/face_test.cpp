// What is computed of tracks and clusters before a network sees them: numbers that can be checked by hand.
#include <gtest/gtest.h>

#include <numbers>

#include "stages/model/definition/blocks.h"
#include "tests/stages/model/torch/run_torch.h"

namespace sluice::model::testing {

namespace {

using Row = std::vector<float>;

Row track(double phi, double tan_lambda, double omega, double p = 1) {
  Row row(17, 0);
  row[feature::elemtype] = 1;
  row[feature::sin_phi] = static_cast<float>(std::sin(phi));
  row[feature::cos_phi] = static_cast<float>(std::cos(phi));
  row[feature::energy] = static_cast<float>(p);
  row[feature::tan_lambda] = static_cast<float>(tan_lambda);
  row[feature::omega] = static_cast<float>(omega);
  return row;
}

Row cluster(double x, double y, double z, double ecal = 0, double hcal = 0) {
  Row row(17, 0);
  row[feature::elemtype] = 2;
  row[feature::position] = static_cast<float>(x);
  row[feature::position + 1] = static_cast<float>(y);
  row[feature::position + 2] = static_cast<float>(z);
  row[feature::energy_ecal] = static_cast<float>(ecal);
  row[feature::energy_hcal] = static_cast<float>(hcal);
  return row;
}

/// What `build` makes of these elements and one of padding, row by row.
template <typename Build>
std::vector<std::vector<double>> computed(const std::vector<Row>& elements, Build build) {
  ModelConfig config;
  config.face_radius = 1500;
  config.face_z = 2300;
  Builder b{{}, config, {}};
  const Value features = b.graph.add(Op::features, {});
  b.mask = b.graph.add(Op::mask, {});
  b.graph.output("result", build(b, features));
  RandomEvent event{static_cast<std::int64_t>(elements.size()), {}};
  for (const Row& row : elements) event.features.insert(event.features.end(), row.begin(), row.end());
  const TorchNetwork network(b.graph, {}, at::kCPU);
  const auto result =
      run(network, pad({event}, 17, event.elements + 1), 17, {"result"})[0][0].to(at::kDouble);
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < result.size(0); ++i) {
    const at::Tensor row = result[i].contiguous();
    rows.emplace_back(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
  }
  return rows;
}

std::vector<std::vector<double>> places(const std::vector<Row>& elements) {
  return computed(elements, [](Builder& b, Value features) { return find_face(b, features).place; });
}

std::vector<std::vector<double>> flights(const std::vector<Row>& elements) {
  return computed(elements, [](Builder& b, Value features) { return find_face(b, features).flight; });
}

void expect_near(const std::vector<double>& row, double x, double y, double z) {
  const double length = std::sqrt(x * x + y * y + z * z);
  EXPECT_NEAR(row[0], x / length, 1e-5);
  EXPECT_NEAR(row[1], y / length, 1e-5);
  EXPECT_NEAR(row[2], z / length, 1e-5);
}

TEST(Face, AStraightTrackGoesWhereItSetOut) {
  const auto place = places({track(0.3, 0.5, 1e-9), track(0.3, 5, 0)});
  expect_near(place[0], std::cos(0.3), std::sin(0.3), 0.5);
  expect_near(place[1], std::cos(0.3), std::sin(0.3), 5);
}

TEST(Face, ATrackBendsUntilTheBarrel) {
  // A circle of radius 1500 through the centre meets one of 1500 around it after a sixth of its turn: the
  // line there is off by half of that, the flight by all of it, and the way is a sixth of 2 pi 1500.
  const double turn = std::numbers::pi / 3;
  const std::vector<Row> both = {track(0, 0.1, 1.0 / 1500), track(0, 0.1, -1.0 / 1500)};
  const auto place = places(both);
  expect_near(place[0], 1500 * std::cos(turn / 2), -1500 * std::sin(turn / 2), 0.1 * turn * 1500);
  expect_near(place[1], 1500 * std::cos(turn / 2), 1500 * std::sin(turn / 2), 0.1 * turn * 1500);
  expect_near(flights(both)[0], std::cos(turn), -std::sin(turn), 0.1);
}

TEST(Face, ATrackThatGoesForwardBendsUntilTheEndcap) {
  // At z = 2300 it is 1150 along its circle.
  const double turn = 1150.0 / 1500;
  const double across = 2 * 1500 * std::sin(turn / 2);
  expect_near(places({track(0, -2, 1.0 / 1500)})[0], across * std::cos(turn / 2),
              -across * std::sin(turn / 2), -2300);
}

TEST(Face, OneThatNeverGetsThereStaysWhereItTurnsBack) {
  expect_near(places({track(0, 0, 1.0 / 500)})[0], 0, -1, 0);
}

TEST(Face, ClustersAreWhereTheyAreAndPaddingIsNowhere) {
  const auto place = places({cluster(100, 0, -200)});
  expect_near(place[0], 1, 0, -2);
  EXPECT_EQ(place[1], (std::vector<double>{0, 0, 0}));
}

TEST(Surroundings, AddUpWhatIsNear) {
  const auto rows = computed(
      {track(0, 0, 0, 7), cluster(1600, 32, 0, 2, 3), cluster(1600, 48, 0, 5, 0), cluster(-1600, 0, 0)},
      [](Builder& b, Value features) { return surroundings(b, features, find_face(b, features).place); });
  ASSERT_EQ(rows[0].size(), static_cast<std::size_t>(surrounding_columns));
  const auto weight = [](double away, double width) { return std::exp(-away * away / (2 * width * width)); };
  const double one = weight(2 * std::sin(std::atan(0.02) / 2), 0.02);
  const double two = weight(2 * std::sin(std::atan(0.03) / 2), 0.02);
  EXPECT_NEAR(std::exp(rows[0][0]), 1, 1e-4);  // itself
  EXPECT_NEAR(std::exp(rows[0][1]), 7, 1e-4);
  EXPECT_NEAR(std::exp(rows[0][2]), one + two, 1e-4);
  EXPECT_NEAR(std::exp(rows[0][3]), 2 * one + 5 * two, 1e-3);
  EXPECT_NEAR(std::exp(rows[0][4]), 3 * one, 1e-3);
  EXPECT_NEAR(std::exp(rows[1][1]), 7 * one, 1e-3);  // the cluster sees the track as the track sees it
  EXPECT_NEAR(std::exp(rows[3][1]), 0.01, 1e-6);     // nothing is near to the last one
  EXPECT_GT(std::exp(rows[0][18]), 2 + 5 - 0.1);     // from far everything is near
}

TEST(ClusterShape, KnowsHowDeepAClusterIs) {
  const auto rows = computed(
      {cluster(1700, 0, 0, 2, 0), cluster(0, 200, -2500), track(0, 0, 0)},
      [](Builder& b, Value features) { return cluster_shape(b, features, find_face(b, features).place); });
  ASSERT_EQ(rows[0].size(), static_cast<std::size_t>(shape_columns));
  EXPECT_NEAR(rows[0][0], 1, 1e-4);  // 200 mm behind the barrel's face
  EXPECT_NEAR(rows[0][1], std::log(2), 1e-5);
  EXPECT_NEAR(rows[0][2], std::log(0.01), 1e-5);
  EXPECT_NEAR(rows[1][0], (std::hypot(200, 2500) - std::hypot(200, 2500) * 2300 / 2500) / 200, 1e-4);
  for (const double number : rows[2]) EXPECT_EQ(number, 0);
  for (const double number : rows[3]) EXPECT_EQ(number, 0);
}

}  // namespace

}  // namespace sluice::model::testing
