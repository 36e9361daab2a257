#include <cmath>
#include <nlopt.hpp>
#include <vector>

int main() {
  nlopt::opt search(nlopt::LN_NELDERMEAD, 1);
  search.set_min_objective(
      [](const std::vector<double>& x, std::vector<double>&, void*) { return (x[0] - 2) * (x[0] - 2); },
      nullptr);
  search.set_xtol_rel(1e-6);
  std::vector<double> x = {0};
  double value = 1;
  search.optimize(x, value);
  return std::abs(x[0] - 2) < 1e-3 ? 0 : 1;
}
