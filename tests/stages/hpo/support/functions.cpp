#include "tests/stages/hpo/support/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sluice::hpo {

namespace {

Space box(const std::vector<std::pair<double, double>>& bounds) {
  Space space;
  for (const auto& [low, high] : bounds) {
    Parameter parameter;
    parameter.name = "x" + std::to_string(space.parameters.size());
    parameter.low = low;
    parameter.high = high;
    space.parameters.push_back(parameter);
  }
  return space;
}

constexpr double pi = std::numbers::pi;

double square(double x) { return x * x; }

}  // namespace

TestFunction branin() {
  return {"branin", box({{-5, 10}, {0, 15}}), [](const Point& x) {
            constexpr double least = 0.39788735772973816;
            return square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
                   10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10 - least;
          }};
}

TestFunction hartmann6() {
  return {"hartmann6", box(std::vector<std::pair<double, double>>(6, {0, 1})), [](const Point& x) {
            constexpr std::array<double, 4> alpha = {1, 1.2, 3, 3.2};
            constexpr double a[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                        {0.05, 10, 17, 0.1, 8, 14},
                                        {3, 3.5, 1.7, 10, 17, 8},
                                        {17, 8, 0.05, 10, 0.1, 14}};
            constexpr double p[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                                        {2329, 4135, 8307, 3736, 1004, 9991},
                                        {2348, 1451, 3522, 2883, 3047, 6650},
                                        {4047, 8828, 8732, 5743, 1091, 381}};
            constexpr double least = 3.32236801141551;
            double sum = 0;
            for (std::size_t i = 0; i < 4; ++i) {
              double inner = 0;
              for (std::size_t j = 0; j < 6; ++j) inner += a[i][j] * square(x[j] - 1e-4 * p[i][j]);
              sum += alpha[i] * std::exp(-inner);
            }
            return least - sum;
          }};
}

TestFunction ackley5() {
  constexpr double edge = 32.768;
  return {"ackley5", box(std::vector<std::pair<double, double>>(5, {-edge, edge})), [](const Point& x) {
            double squares = 0;
            double cosines = 0;
            for (const double value : x) {
              squares += value * value;
              cosines += std::cos(2 * pi * value);
            }
            const auto n = static_cast<double>(x.size());
            return -20 * std::exp(-0.2 * std::sqrt(squares / n)) - std::exp(cosines / n) + 20 +
                   std::numbers::e;
          }};
}

TestFunction levy5() {
  return {"levy5", box(std::vector<std::pair<double, double>>(5, {-10, 10})), [](const Point& x) {
            const auto w = [&](std::size_t i) { return 1 + (x[i] - 1) / 4; };
            const std::size_t last = x.size() - 1;
            double sum = square(std::sin(pi * w(0)));
            for (std::size_t i = 0; i < last; ++i)
              sum += square(w(i) - 1) * (1 + 10 * square(std::sin(pi * w(i) + 1)));
            return sum + square(w(last) - 1) * (1 + square(std::sin(2 * pi * w(last))));
          }};
}

TestFunction rosenbrock4() {
  return {"rosenbrock4", box(std::vector<std::pair<double, double>>(4, {-5, 10})), [](const Point& x) {
            double sum = 0;
            for (std::size_t i = 0; i + 1 < x.size(); ++i)
              sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
            return sum;
          }};
}

std::vector<TestFunction> test_functions() {
  return {branin(), hartmann6(), ackley5(), levy5(), rosenbrock4()};
}

std::vector<Observation> run_study(const Searcher& searcher, const TestFunction& function, std::uint64_t seed,
                                   std::size_t count, std::size_t pending) {
  std::vector<Observation> trials;
  const auto finish = [&](Observation& trial) {
    trial.state = TrialState::finished;
    trial.measures = {{1, function.value(trial.point)}};
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (i > pending) finish(trials[i - pending - 1]);
    const auto number = static_cast<std::int64_t>(i);
    const auto point = suggest_distinct(searcher, function.space, {seed, number, trials, 0});
    if (!point) break;
    trials.push_back({number, *point, TrialState::running, {}});
  }
  for (Observation& trial : trials)
    if (trial.state == TrialState::running) finish(trial);
  return trials;
}

double best_loss(const std::vector<Observation>& trials) {
  double best = std::numeric_limits<double>::infinity();
  for (const Observation& trial : trials) best = std::min(best, trial.loss());
  return best;
}

}  // namespace sluice::hpo
