// Support vector regression (libsvm), and what goes around it: scaling of features, the coefficient of
// determination.
#pragma once

#include <memory>
#include <vector>

namespace sluice::hpo {

using Row = std::vector<double>;

struct SvrSettings {
  bool nu_svr = false;
  double c = 1;
  double gamma = 0;  ///< of the Gaussian kernel; 0: 1 / (features · variance of all features)
  double epsilon = 0.1;
  double nu = 0.5;
  double tolerance = 1e-3;  ///< the solver stops there
};

class Svr {
 public:
  Svr(const std::vector<Row>& rows, const std::vector<double>& y, SvrSettings settings);
  ~Svr();
  Svr(Svr&&) noexcept;
  Svr& operator=(Svr&&) noexcept;
  double predict(const Row& row) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Brings one column to uniform ranks by its quantiles, and back.
class QuantileScale {
 public:
  QuantileScale(const std::vector<double>& column, int quantiles);
  double to(double value) const;
  double from(double rank) const;

 private:
  std::vector<double> quantiles_;
};

/// Brings every column to [0, 1].
class MinMaxScale {
 public:
  explicit MinMaxScale(const std::vector<Row>& rows);
  Row to(const Row& row) const;

 private:
  Row low_;
  Row width_;
};

/// 1 - (squared errors) / (squared deviations of the truth).
double r_squared(const std::vector<double>& truth, const std::vector<double>& predicted);

}  // namespace sluice::hpo
