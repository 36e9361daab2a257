// CMA-ES with the default weights and rates of N. Hansen's tutorial (arXiv:1604.00772). The state is computed
// from the finished trials each time, in the order of their numbers: one update for every full generation.
// That costs microseconds in the dimensions of a hyperparameter search, and leaves nothing to save or to
// lose.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/hpo/search/evolution.h"
#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

struct Member {
  Vector x;
  double loss = 0;
};

/// The distribution after some generations.
class Cma {
 public:
  Cma(Eigen::Index dimensions, double sigma, int population)
      : n_(dimensions),
        lambda_(population > 0 ? population
                               : 4 + static_cast<int>(3 * std::log(static_cast<double>(dimensions)))),
        mean_(Vector::Constant(n_, 0.5)),
        sigma_(sigma),
        c_(Matrix::Identity(n_, n_)),
        path_sigma_(Vector::Zero(n_)),
        path_c_(Vector::Zero(n_)) {
    set_rates();
    decompose();
  }

  std::size_t population() const { return static_cast<std::size_t>(lambda_); }
  Vector sample(Draws& draws) const {
    Vector z(n_);
    for (double& value : z) value = draws.normal();
    return mean_ + sigma_ * (basis_ * scale_.asDiagonal() * z);
  }
  double deviation(Eigen::Index i) const { return sigma_ * std::sqrt(c_(i, i)); }
  const Vector& mean() const { return mean_; }

  /// One generation, the best member first.
  void update(const std::vector<Member>& members) {
    Vector step = Vector::Zero(n_);
    for (int i = 0; i < mu_; ++i)
      step += weights_[i] * (members[static_cast<std::size_t>(i)].x - mean_) / sigma_;
    mean_ += sigma_ * step;
    ++generation_;
    const Vector whitened = basis_ * scale_.cwiseInverse().asDiagonal() * basis_.transpose() * step;
    path_sigma_ = (1 - c_sigma_) * path_sigma_ + std::sqrt(c_sigma_ * (2 - c_sigma_) * mu_eff_) * whitened;
    const double length = path_sigma_.norm();
    const double fade = std::sqrt(1 - std::pow(1 - c_sigma_, 2 * generation_));
    const bool moves = length / fade < (1.4 + 2 / (static_cast<double>(n_) + 1)) * chi_;
    path_c_ = (1 - c_c_) * path_c_;
    if (moves) path_c_ += std::sqrt(c_c_ * (2 - c_c_) * mu_eff_) * step;
    adapt(members, moves ? 0 : c_c_ * (2 - c_c_), step);
    sigma_ = std::min(sigma_ * std::exp((c_sigma_ / d_sigma_) * (length / chi_ - 1)), 1e4);
    decompose();
  }

 private:
  void set_rates() {
    const auto n = static_cast<double>(n_);
    mu_ = lambda_ / 2;
    Vector raw(lambda_);
    for (int i = 0; i < lambda_; ++i) raw[i] = std::log((lambda_ + 1.0) / 2) - std::log(i + 1.0);
    const double positive = raw.head(mu_).sum();
    mu_eff_ = positive * positive / raw.head(mu_).squaredNorm();
    const double negative = raw.tail(lambda_ - mu_).sum();
    const double mu_eff_negative = negative * negative / raw.tail(lambda_ - mu_).squaredNorm();
    c_1_ = 2 / ((n + 1.3) * (n + 1.3) + mu_eff_);
    c_mu_ = std::min(1 - c_1_ - 1e-8, 2 * (mu_eff_ - 2 + 1 / mu_eff_) / ((n + 2) * (n + 2) + mu_eff_));
    const double least = std::min(
        {1 + c_1_ / c_mu_, 1 + 2 * mu_eff_negative / (mu_eff_ + 2), (1 - c_1_ - c_mu_) / (n * c_mu_)});
    weights_ = raw;
    const double negative_sum = raw.cwiseMin(0).cwiseAbs().sum();
    for (double& weight : weights_) weight *= weight >= 0 ? 1 / positive : least / negative_sum;
    c_sigma_ = (mu_eff_ + 2) / (n + mu_eff_ + 5);
    d_sigma_ = 1 + 2 * std::max(0.0, std::sqrt((mu_eff_ - 1) / (n + 1)) - 1) + c_sigma_;
    c_c_ = (4 + mu_eff_ / n) / (n + 4 + 2 * mu_eff_ / n);
    chi_ = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  }

  void adapt(const std::vector<Member>& members, double stalled, const Vector& step) {
    const Vector old_mean = mean_ - sigma_ * step;
    Matrix rank_mu = Matrix::Zero(n_, n_);
    for (int i = 0; i < lambda_; ++i) {
      const Vector y = (members[static_cast<std::size_t>(i)].x - old_mean) / sigma_;
      double weight = weights_[i];
      if (weight < 0) {
        const Vector white = scale_.cwiseInverse().asDiagonal() * basis_.transpose() * y;
        weight *= static_cast<double>(n_) / (white.squaredNorm() + 1e-8);
      }
      rank_mu += weight * y * y.transpose();
    }
    c_ = (1 + c_1_ * stalled - c_1_ - c_mu_ * weights_.sum()) * c_ + c_1_ * path_c_ * path_c_.transpose() +
         c_mu_ * rank_mu;
  }

  void decompose() {
    c_ = ((c_ + c_.transpose()) / 2).eval();
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(c_);
    basis_ = solver.eigenvectors();
    scale_ = solver.eigenvalues().cwiseMax(1e-16).cwiseSqrt();
    c_ = basis_ * scale_.cwiseAbs2().asDiagonal() * basis_.transpose();
  }

  Eigen::Index n_;
  int lambda_;
  int mu_ = 0;
  int generation_ = 0;
  Vector mean_;
  double sigma_;
  Matrix c_;
  Vector path_sigma_;
  Vector path_c_;
  Matrix basis_;
  Vector scale_;
  Vector weights_;
  double mu_eff_ = 0, c_1_ = 0, c_mu_ = 0, c_sigma_ = 0, d_sigma_ = 0, c_c_ = 0, chi_ = 0;
};

class CmaSearcher final : public Searcher {
 public:
  CmaSearcher(const Space& space, CmaSettings settings)
      : space_(space), settings_(settings), searched_(space.searched()) {}

  std::optional<Point> suggest(const Question& question) const override {
    const Cma cma = replay(question);
    Draws draws = question.draws(Purpose::candidates);
    constexpr int attempts = 100;
    Vector x;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      x = widen(cma, cma.sample(draws));
      if (x.minCoeff() >= 0 && x.maxCoeff() <= 1) break;
    }
    Point point = to_point(x.cwiseMax(0).cwiseMin(1));
    if (!is_forbidden(space_, point)) return point;
    return draw_point(space_, draws);
  }

 private:
  Cma replay(const Question& question) const {
    Cma cma(static_cast<Eigen::Index>(searched_.size()), settings_.sigma, settings_.population);
    std::vector<Member> generation;
    for (const Observation& seen : question.history) {
      if (seen.state == TrialState::running || seen.state == TrialState::lost) continue;
      const bool bad = seen.state == TrialState::infeasible || !std::isfinite(seen.loss());
      generation.push_back(
          {to_vector(seen.point), bad ? std::numeric_limits<double>::infinity() : seen.loss()});
      if (generation.size() < cma.population()) continue;
      std::stable_sort(generation.begin(), generation.end(),
                       [](const Member& a, const Member& b) { return a.loss < b.loss; });
      cma.update(generation);
      generation.clear();
    }
    return cma;
  }

  Vector to_vector(const Point& point) const {
    Vector x(static_cast<Eigen::Index>(searched_.size()));
    for (std::size_t i = 0; i < searched_.size(); ++i) {
      const Parameter& parameter = space_.parameters[searched_[i]];
      const double value = point[searched_[i]];
      double& place = x[static_cast<Eigen::Index>(i)];
      if (std::isnan(value))
        place = 0.5;
      else if (parameter.is_unordered())
        place = (value + 0.5) / static_cast<double>(parameter.values.size());
      else
        place = coordinate(parameter, value);
    }
    return x;
  }

  Point to_point(const Vector& x) const {
    Cube cube(space_.parameters.size(), 0.5);
    for (std::size_t i = 0; i < searched_.size(); ++i) cube[searched_[i]] = x[static_cast<Eigen::Index>(i)];
    return point_from_uniform(space_, cube);
  }

  /// Stepped parameters keep a margin: they may always leave the cell they are in, or they would be stuck
  /// there once the deviation is smaller than a cell (Hamano et al., GECCO 2022).
  Vector widen(const Cma& cma, Vector x) const {
    constexpr double share = 0.5;  // of a cell, for the least deviation
    for (std::size_t i = 0; i < searched_.size(); ++i) {
      const auto count = static_cast<double>(space_.parameters[searched_[i]].count());
      if (count == 0) continue;
      const auto k = static_cast<Eigen::Index>(i);
      const double least = share / count;
      if (cma.deviation(k) < least) x[k] = cma.mean()[k] + (x[k] - cma.mean()[k]) * least / cma.deviation(k);
    }
    return x;
  }

  const Space& space_;
  CmaSettings settings_;
  std::vector<std::size_t> searched_;
};

}  // namespace

std::unique_ptr<Searcher> make_cma(const Space& space, CmaSettings settings) {
  return std::make_unique<CmaSearcher>(space, settings);
}

}  // namespace sluice::hpo
