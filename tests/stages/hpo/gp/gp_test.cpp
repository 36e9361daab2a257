#include "stages/hpo/gp/gp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stages/hpo/gp/acquisition.h"
#include "stages/hpo/gp/improvement.h"
#include "stages/hpo/gp/likelihood.h"
#include "tests/stages/hpo/support/functions.h"
#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

Matrix matrix(const json::value& rows) {
  Matrix m(static_cast<Eigen::Index>(rows.as_array().size()),
           static_cast<Eigen::Index>(rows.at(0).as_array().size()));
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    const auto row = doubles(rows.at(static_cast<std::size_t>(i)));
    for (Eigen::Index j = 0; j < m.cols(); ++j) m(i, j) = row[static_cast<std::size_t>(j)];
  }
  return m;
}

Vector vector(const json::value& array) {
  const auto numbers = doubles(array);
  return Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

struct Reference {
  Hyper hyper;
  Inputs inputs;
  Vector y;
  Inputs queries;
};

Reference reference_of(const json::object& gp) {
  Reference reference;
  reference.hyper = {vector(gp.at("inv_sq_ls")), gp.at("scale").to_number<double>(),
                     gp.at("noise").to_number<double>()};
  reference.inputs = {matrix(gp.at("X")), {false, false, true}};
  reference.y = vector(gp.at("y"));
  reference.queries = {matrix(gp.at("query")), {false, false, true}};
  return reference;
}

class GpGolden : public testing::TestWithParam<std::string> {};

TEST_P(GpGolden, LikelihoodPriorPosteriorAndImprovement) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  const auto& gp = golden->at(GetParam()).at("gp").as_object();
  const Reference reference = reference_of(gp);
  const auto n = static_cast<double>(reference.y.size());
  const double constant = GetParam() == "4.8.0" ? 0 : 0.5 * n * std::log(2 * std::numbers::pi);
  EXPECT_NEAR(log_likelihood(reference.hyper, reference.inputs, reference.y) + constant,
              gp.at("mll_without_const").to_number<double>(), 1e-10);
  EXPECT_NEAR(log_prior(reference.hyper, Prior::flat_scales), gp.at("log_prior").to_number<double>(), 1e-12);
  const Posterior posterior(reference.hyper, reference.inputs, reference.y);
  Matrix means;
  Vector variances;
  posterior.at(reference.queries, means, variances);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(means(i, 0), gp.at("mean").at(at).to_number<double>(), 1e-12);
    EXPECT_NEAR(variances[i], gp.at("var").at(at).to_number<double>(), 1e-12);
    EXPECT_NEAR(log_improvement(means(i, 0), std::sqrt(variances[i]), reference.y.maxCoeff()).value,
                gp.at("logEI_f0_max_y").at(at).to_number<double>(), 1e-10);
    const auto marginal = posterior.at(Vector(reference.queries.x.row(i).transpose()), false);
    EXPECT_NEAR(marginal.means[0], means(i, 0), 1e-13);
    EXPECT_NEAR(marginal.variance, variances[i], 1e-13);
  }
  const auto z = doubles(golden->at(GetParam()).at("standard_logei").at("z"));
  const auto value = doubles(golden->at(GetParam()).at("standard_logei").at("val"));
  for (std::size_t i = 0; i < z.size(); ++i) EXPECT_NEAR(log_h(z[i]) / value[i], 1, 1e-11) << z[i];
}

INSTANTIATE_TEST_SUITE_P(Versions, GpGolden, testing::Values("4.8.0", "5.0.0.dev"));

Reference small_example() {
  Reference reference;
  reference.inputs.x = Matrix::Random(12, 3).array().abs();
  reference.inputs.choice = {false, false, false};
  reference.y = (6 * reference.inputs.x.col(0).array()).sin() + reference.inputs.x.col(1).array();
  reference.hyper = {Vector::Constant(3, 2.0), 1.3, 0.01};
  return reference;
}

TEST(Likelihood, HasTheRightGradient) {
  const Reference example = small_example();
  const Likelihood likelihood(example.inputs, example.y);
  Vector gradient;
  likelihood.value(example.hyper, &gradient);
  constexpr double h = 1e-6;
  const auto moved = [&](Eigen::Index k, double by) {
    Hyper hyper = example.hyper;
    if (k < 3) hyper.weights[k] *= std::exp(by);
    if (k == 3) hyper.scale *= std::exp(by);
    if (k == 4) hyper.noise += by;
    return likelihood.value(hyper, nullptr);
  };
  for (Eigen::Index k = 0; k < 5; ++k)
    EXPECT_NEAR(gradient[k], (moved(k, h) - moved(k, -h)) / (2 * h), 1e-4 * (1 + std::abs(gradient[k]))) << k;
}

TEST(Likelihood, AFitIsAtLeastAsProbableAsItsNeighbours) {
  const Reference example = small_example();
  const Hyper best = fit(example.inputs, example.y, Prior::flat_scales);
  const auto posterior = [&](const Hyper& hyper) {
    return log_likelihood(hyper, example.inputs, example.y) + log_prior(hyper, Prior::flat_scales);
  };
  EXPECT_GT(posterior(best), posterior(example.hyper));
  for (const double factor : {0.8, 1.25}) {
    Hyper near = best;
    near.weights[0] *= factor;
    EXPECT_GT(posterior(best) + 0.01, posterior(near));
    near = best;
    near.scale *= factor;
    EXPECT_GT(posterior(best) + 0.01, posterior(near));
  }
  EXPECT_GT(best.weights[0], 5 * best.weights[2]);  // the third coordinate does nothing
}

TEST(Improvement, HasTheRightDerivatives) {
  constexpr double h = 1e-6;
  for (const double mean : {-50.0, -3.0, 0.0, 2.0}) {
    const auto at = log_improvement(mean, 1.2, 0.1);
    const double by_mean =
        (log_improvement(mean + h, 1.2, 0.1).value - log_improvement(mean - h, 1.2, 0.1).value) / (2 * h);
    const double by_sigma =
        (log_improvement(mean, 1.2 + h, 0.1).value - log_improvement(mean, 1.2 - h, 0.1).value) / (2 * h);
    EXPECT_NEAR(at.by_mean, by_mean, 1e-4 * (1 + std::abs(by_mean)));
    EXPECT_NEAR(at.by_sigma, by_sigma, 1e-4 * (1 + std::abs(by_sigma)));
  }
}

/// Eighteen trials of the function, three of them running, two infeasible.
std::vector<Observation> some_trials(const TestFunction& function) {
  std::vector<Observation> trials;
  for (std::int64_t i = 0; i < 18; ++i) {
    Draws draws(11, static_cast<std::uint64_t>(i), Purpose::sample);
    const Point point = *draw_point(function.space, draws);
    trials.push_back({i,
                      point,
                      i < 13   ? TrialState::finished
                      : i < 15 ? TrialState::infeasible
                               : TrialState::running,
                      {}});
    if (i < 13) trials.back().measures = {{1, function.value(point)}};
  }
  return trials;
}

TEST(Acquisition, HasTheRightGradientWithFantasiesAndFailures) {
  const TestFunction function = hartmann6();
  const auto trials = some_trials(function);
  const auto acquisition =
      Acquisition::make(function.space, function.space.searched(), {1, 18, trials, 0}, {});
  ASSERT_TRUE(acquisition);
  const Vector x = Vector::Constant(6, 0.37);
  Vector gradient;
  const double value = acquisition->value(x, &gradient);
  EXPECT_NEAR(acquisition->values(x.transpose())[0], value, 1e-9);
  constexpr double h = 1e-6;
  for (Eigen::Index k = 0; k < 6; ++k) {
    Vector up = x;
    Vector down = x;
    up[k] += h;
    down[k] -= h;
    EXPECT_NEAR(gradient[k], (acquisition->value(up, nullptr) - acquisition->value(down, nullptr)) / (2 * h),
                1e-4 * (1 + std::abs(gradient[k])));
  }
}

TEST(Acquisition, EveryWayOfPendingTrialsLowersTheValueNearThem) {
  const TestFunction function = hartmann6();
  const auto trials = some_trials(function);
  const auto searched = function.space.searched();
  const Vector at = model_row(function.space, searched, trials.back().point);
  const auto value = [&](Pending pending) {
    GpSettings settings;
    settings.pending = pending;
    return Acquisition::make(function.space, searched, {1, 18, trials, 0}, settings)->value(at, nullptr);
  };
  const double ignored = value(Pending::ignore);
  for (const auto pending :
       {Pending::fantasies, Pending::believer, Pending::variance, Pending::liar_mean, Pending::liar_worst})
    EXPECT_LT(value(pending), ignored - 1) << static_cast<int>(pending);
}

double median_of_best(const TestFunction& function, std::size_t count, std::size_t pending) {
  const auto gp = make_gp(function.space);
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    best.push_back(best_loss(run_study(*gp, function, seed, count, pending)));
  std::sort(best.begin(), best.end());
  return best[1];
}

TEST(Gp, FindsTheMinimumInFewTrials) { EXPECT_LT(median_of_best(branin(), 40, 0), 0.01); }

TEST(Gp, HoldsWithEightRunning) { EXPECT_LT(median_of_best(branin(), 50, 8), 0.05); }

TEST(Gp, StaysWhereTrialsWork) {
  const TestFunction function = branin();
  std::vector<Observation> trials;
  const auto gp = make_gp(function.space);
  int late_bad = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    const Point point = *gp->suggest({2, i, trials, 0});
    const bool bad = point[0] > 0;
    late_bad += bad && i >= 20 ? 1 : 0;
    trials.push_back({i, point, bad ? TrialState::infeasible : TrialState::finished, {}});
    if (!bad) trials.back().measures = {{1, function.value(point)}};
  }
  EXPECT_LT(late_bad, 4);
  EXPECT_LT(best_loss(trials), 0.1);
}

TEST(Gp, SearchesMixedSpaces) {
  Space space = branin().space;
  space.parameters.resize(4);
  space.parameters[2].name = "choice";
  space.parameters[2].kind = Kind::choice;
  space.parameters[2].values = {0, 1, 2};
  space.parameters[3].name = "layers";
  space.parameters[3].kind = Kind::integer;
  space.parameters[3].low = 1;
  space.parameters[3].high = 40;
  space.parameters[3].step = 1;
  const TestFunction function = {"", space, [](const Point& x) {
                                   return branin().value(x) + (x[2] == 1 ? 0 : 3) + 0.1 * std::abs(x[3] - 17);
                                 }};
  const auto trials = run_study(*make_gp(space), function, 1, 50);
  EXPECT_LT(best_loss(trials), 0.5);
}

}  // namespace
}  // namespace sluice::hpo
