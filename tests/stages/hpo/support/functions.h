// The functions on which searchers are compared, and a study that runs one with some trials always under way.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

struct TestFunction {
  std::string name;
  Space space;
  std::function<double(const Point&)> value;  ///< 0 at the minimum
};
TestFunction branin();
TestFunction hartmann6();
TestFunction ackley5();
TestFunction levy5();
TestFunction rosenbrock4();
std::vector<TestFunction> test_functions();

/// `count` trials, `pending` of them running while the next is suggested (they end in the order they began).
std::vector<Observation> run_study(const Searcher& searcher, const TestFunction& function, std::uint64_t seed,
                                   std::size_t count, std::size_t pending = 0);
double best_loss(const std::vector<Observation>& trials);

}  // namespace sluice::hpo
