#include "stages/hpo/tpe/parzen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stages/hpo/tpe/normal.h"
#include "stages/hpo/tpe/tpe.h"
#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

Parameter number(const std::string& name, Kind kind, double low, double high, bool log, double step) {
  Parameter parameter;
  parameter.name = name;
  parameter.kind = kind;
  parameter.low = low;
  parameter.high = high;
  parameter.log = log;
  parameter.step = step;
  return parameter;
}

/// The space of the reference numbers.
Space reference_space() {
  Space space;
  space.parameters = {
      number("lr", Kind::real, 1e-5, 1e-1, true, 0), number("drop", Kind::real, 0, 0.5, false, 0),
      number("n", Kind::integer, 0, 6, false, 1),    number("u", Kind::integer, 16, 512, false, 16),
      number("li", Kind::integer, 8, 128, true, 1),  {}};
  space.parameters[5].name = "c";
  space.parameters[5].kind = Kind::choice;
  space.parameters[5].values = {0, 1, 2};
  return space;
}

std::vector<Point> columns(const Space& space, const json::object& object) {
  std::vector<Point> points;
  for (std::size_t j = 0; j < space.parameters.size(); ++j) {
    const std::vector<double> column = doubles(object.at(space.parameters[j].name));
    points.resize(column.size(), Point(space.parameters.size()));
    for (std::size_t i = 0; i < column.size(); ++i) points[i][j] = column[i];
  }
  return points;
}

void expect_near(const std::vector<double>& seen, const json::value& expected, const std::string& what) {
  const std::vector<double> numbers = doubles(expected);
  ASSERT_EQ(seen.size(), numbers.size()) << what;
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_NEAR(seen[i], numbers[i], 1e-9 * std::max(1.0, std::abs(numbers[i]))) << what << " " << i;
}

class ParzenGolden {
 public:
  explicit ParzenGolden(const json::object& tpe) : tpe_(tpe) {
    points_ = columns(space_, tpe.at("observations").as_object());
    queries_ = columns(space_, tpe.at("queries").as_object());
    for (const Point& point : points_) pointers_.push_back(&point);
  }

  void check(bool multivariate, Bandwidth bandwidth) {
    const std::string mode = std::string("|multivariate=") + (multivariate ? "True" : "False");
    const auto& results = tpe_.at("result").as_object();
    for (std::size_t j = 0; j < space_.parameters.size(); ++j) {
      const std::string name = space_.parameters[j].name + mode + "|1d";
      const auto& expected = results.at(name).as_object();
      const Parzen parzen(space_, {j}, pointers_, bandwidth);
      expect_near(parzen.weights(), expected.at("weights"), name + " weights");
      expect_near(parzen.log_pdf(queries_), expected.at("log_pdf"), name + " log_pdf");
      if (j == 5) {
        for (std::size_t k = 0; k < 6; ++k)
          expect_near(parzen.kernel_table(0, k), expected.at("kernel_weights").at(k), name + " table");
        continue;
      }
      expect_near(parzen.centres(0), expected.at("kernel_mu"), name + " mu");
      expect_near(parzen.widths(0), expected.at("kernel_sigma"), name + " sigma");
    }
    const auto& joint = results.at("joint6d" + mode).as_object();
    const Parzen parzen(space_, {0, 1, 2, 3, 4, 5}, pointers_, bandwidth);
    expect_near(parzen.log_pdf(queries_), joint.at("log_pdf"), "joint" + mode);
    for (std::size_t j = 0; j < 5; ++j)
      expect_near(parzen.widths(j), joint.at("sigmas").at(j), "joint sigma");
    for (std::size_t i = 0; i < queries_.size(); ++i)
      EXPECT_DOUBLE_EQ(parzen.log_pdf(queries_[i]), parzen.log_pdf(queries_)[i]);
  }

 private:
  const json::object& tpe_;
  Space space_ = reference_space();
  std::vector<Point> points_;
  std::vector<Point> queries_;
  std::vector<const Point*> pointers_;
};

TEST(Parzen, MatchesTheReferenceOfVersion4) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  ParzenGolden reference(golden->at("4.8.0").at("tpe").as_object());
  reference.check(false, Bandwidth::neighbours_with_prior);
  reference.check(true, Bandwidth::scott);
}

TEST(Parzen, MatchesTheReferenceOfVersion5) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  ParzenGolden reference(golden->at("5.0.0.dev").at("tpe").as_object());
  reference.check(false, Bandwidth::neighbours);
  reference.check(true, Bandwidth::neighbours);
}

TEST(Parzen, GoodAndBadAreDividedAsInTheReference) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  for (const char* version : {"4.8.0", "5.0.0.dev"}) {
    const auto& tpe = golden->at(version).at("tpe").as_object();
    for (const auto& [n, good] : tpe.at("gamma_n").as_object())
      EXPECT_EQ(count_of_good(std::stoul(std::string(n))), good.to_number<std::size_t>()) << n;
    expect_near(default_weights(30), tpe.at("default_weights_30"), "weights");
  }
}

TEST(Parzen, SamplesFollowTheDensity) {
  const Space space = reference_space();
  const Point observed = {1e-3, 0.1, 3, 128, 16, 1};
  const Parzen parzen(space, {2}, {&observed}, Bandwidth::neighbours);
  std::vector<double> share(7, 0);
  constexpr int count = 20000;
  for (int i = 0; i < count; ++i) {
    Draws draws(1, static_cast<std::uint64_t>(i), Purpose::candidates);
    Point point = observed;
    parzen.sample(draws, point);
    share[static_cast<std::size_t>(settle(space, point)[2])] += 1.0 / count;
  }
  for (std::size_t n = 0; n < 7; ++n) {
    Point query = observed;
    query[2] = static_cast<double>(n);
    EXPECT_NEAR(share[n], std::exp(parzen.log_pdf(query)), 0.012) << n;
  }
}

TEST(Normal, QuantilesAreInverse) {
  for (const double p : {1e-12, 1e-5, 0.1, 0.5, 0.9, 1 - 1e-6})
    EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-12 * std::max(1.0, p / 1e-3));
  EXPECT_NEAR(truncated_normal(0, 1, 8, 9, 0.5), 8.0844, 1e-3);  // far out in the tail
  EXPECT_NEAR(truncated_normal(0, 1, -9, -8, 0.5), -8.0844, 1e-3);
}

}  // namespace
}  // namespace sluice::hpo
