// Support vector regression as a problem for a quantum annealer (Pasetto et al., IGARSS 2022): the dual
// variables are written with a few bits each, and the energy of the bits is to be minimal. Here simulated
// annealing minimises it; qubo.json takes the problem to a real annealer, and its samples come back the same
// way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "stages/hpo/predict/regression.h"

namespace sluice::hpo {

struct QsvrSettings {
  int bits = 3;       ///< of each dual variable
  double base = 0.5;  ///< a variable is the sum of base^(k - shift) over its bits
  double shift = 0.005;
  double gamma = 0.1;  ///< of the Gaussian kernel
  double epsilon = 0.02;
  double balance = 0.01;  ///< weight of the constraint that all dual variables sum to 0
};

/// Energy Σ linear_i a_i + Σ_{i<j} quadratic_ij a_i a_j of bits a.
struct Qubo {
  std::vector<double> linear;
  std::vector<std::vector<double>> quadratic;  ///< symmetric; the diagonal is 0

  std::size_t size() const { return linear.size(); }
  double energy(const std::vector<std::uint8_t>& bits) const;
};

/// Variables in the order: point, then α before α̂, then bits.
Qubo make_qubo(const std::vector<Row>& rows, const std::vector<double>& y, const QsvrSettings& settings);

struct AnnealSettings {
  int reads = 300;
  int sweeps = 200;
  std::uint64_t seed = 1;
};
struct Sample {
  std::vector<std::uint8_t> bits;
  double energy = 0;
};
/// One sample a read, sorted by energy, equal ones once. Reads have their own random numbers.
std::vector<Sample> anneal(const Qubo& qubo, const AnnealSettings& settings);

/// {"v": 1, "linear": [...], "quadratic": [[i, j, value], ...]}, and samples as {"samples": [[0, 1, ...],
/// ...]}.
json::object to_json(const Qubo& qubo);
Result<std::vector<Sample>> samples_from_json(const Qubo& qubo, const json::object& object,
                                              const std::string& where);

/// How several low-energy solutions become one.
enum class Combine : std::uint8_t {
  mean,
  best,
  inverse_mse,
  softmax_mse,
  inverse_logcosh,
  softmax_logcosh,
  softmax_r2
};

class Qsvr {
 public:
  Qsvr(const std::vector<Row>& rows, const std::vector<double>& y, const QsvrSettings& settings,
       const std::vector<Sample>& samples, Combine combine = Combine::softmax_logcosh);
  double predict(const Row& row) const;

 private:
  double raw(const std::vector<double>& duals, const Row& row) const;
  double offset(const std::vector<double>& duals, const std::vector<double>& y, double epsilon) const;

  std::vector<Row> rows_;
  double gamma_;
  std::vector<double> duals_;
  double offset_ = 0;
};

}  // namespace sluice::hpo
