// The problem, its annealing, and its files.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "stages/hpo/predict/qsvr.h"
#include "stages/hpo/space/draws.h"

namespace sluice::hpo {

namespace {

double kernel(const Row& a, const Row& b, double gamma) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return std::exp(-gamma * sum);
}

/// A small fast generator for one read, begun at a counted random number (splitmix64).
class ReadRandom {
 public:
  explicit ReadRandom(std::uint64_t state) : state_(state) {}
  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  double uniform() { return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52; }

 private:
  std::uint64_t state_;
};

/// From "even the stiffest bit flips half the time" to "even the loosest one flips once in a hundred".
std::pair<double, double> inverse_temperatures(const Qubo& qubo) {
  double most = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < qubo.size(); ++i) {
    double sum = std::abs(qubo.linear[i]);
    for (const double value : qubo.quadratic[i]) sum += std::abs(value);
    most = std::max(most, sum);
    if (sum > 0) least = std::min(least, std::max(std::abs(qubo.linear[i]), 1e-3 * sum));
  }
  return {std::log(2.0) / most, std::log(100.0) / least};
}

Sample read_once(const Qubo& qubo, const Eigen::MatrixXd& pairs, const std::vector<double>& schedule,
                 ReadRandom random) {
  const std::size_t n = qubo.size();
  std::vector<std::uint8_t> bits(n);
  for (auto& bit : bits) bit = static_cast<std::uint8_t>(random.bits() >> 63U);
  // The energy of setting a bit, others as they are.
  Eigen::VectorXd field = Eigen::Map<const Eigen::VectorXd>(qubo.linear.data(), pairs.rows());
  for (std::size_t i = 0; i < n; ++i)
    if (bits[i] != 0) field += pairs.col(static_cast<Eigen::Index>(i));
  constexpr double hopeless = 40;
  for (const double beta : schedule) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      const double change = beta * (bits[i] != 0 ? -field[k] : field[k]);
      if (change > 0 && (change > hopeless || random.uniform() >= std::exp(-change))) continue;
      if (bits[i] != 0)
        field -= pairs.col(k);
      else
        field += pairs.col(k);
      bits[i] ^= 1U;
    }
  }
  return {bits, qubo.energy(bits)};
}

std::vector<Sample> sorted_unique(std::vector<Sample> samples) {
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
    return a.energy != b.energy ? a.energy < b.energy : a.bits < b.bits;
  });
  const auto last = std::unique(samples.begin(), samples.end(),
                                [](const Sample& a, const Sample& b) { return a.bits == b.bits; });
  samples.erase(last, samples.end());
  return samples;
}

}  // namespace

double Qubo::energy(const std::vector<std::uint8_t>& bits) const {
  double sum = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i] == 0) continue;
    sum += linear[i];
    for (std::size_t j = 0; j < i; ++j)
      if (bits[j] != 0) sum += quadratic[i][j];
  }
  return sum;
}

Qubo make_qubo(const std::vector<Row>& rows, const std::vector<double>& y, const QsvrSettings& settings) {
  struct Bit {
    std::size_t point;
    double weight;  // of α - α̂
  };
  std::vector<Bit> bits;
  for (std::size_t n = 0; n < rows.size(); ++n)
    for (const double sign : {1.0, -1.0})
      for (int k = 0; k < settings.bits; ++k)
        bits.push_back({n, sign * std::pow(settings.base, k - settings.shift)});
  Qubo qubo;
  qubo.quadratic.assign(bits.size(), std::vector<double>(bits.size(), 0));
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const Bit& a = bits[i];
    // A bit is its own square, so the diagonal of the quadratic form is linear.
    qubo.linear.push_back(settings.epsilon * std::abs(a.weight) - y[a.point] * a.weight +
                          a.weight * a.weight * (0.5 + settings.balance));
    for (std::size_t j = 0; j < i; ++j) {
      const Bit& b = bits[j];
      const double pair = 0.5 * kernel(rows[a.point], rows[b.point], settings.gamma) + settings.balance;
      qubo.quadratic[i][j] = qubo.quadratic[j][i] = 2 * a.weight * b.weight * pair;
    }
  }
  return qubo;
}

std::vector<Sample> anneal(const Qubo& qubo, const AnnealSettings& settings) {
  const auto [first, last] = inverse_temperatures(qubo);
  std::vector<double> schedule;
  for (int i = 0; i < settings.sweeps; ++i)
    schedule.push_back(first *
                       std::pow(last / first, static_cast<double>(i) / std::max(settings.sweeps - 1, 1)));
  const auto n = static_cast<Eigen::Index>(qubo.size());
  Eigen::MatrixXd pairs(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    pairs.col(i) = Eigen::Map<const Eigen::VectorXd>(qubo.quadratic[static_cast<std::size_t>(i)].data(), n);
  std::vector<Sample> samples;
  for (int read = 0; read < settings.reads; ++read) {
    Draws draws(settings.seed, static_cast<std::uint64_t>(read), Purpose::anneal);
    samples.push_back(read_once(qubo, pairs, schedule, ReadRandom(draws.bits())));
  }
  return sorted_unique(std::move(samples));
}

json::object to_json(const Qubo& qubo) {
  json::array linear(qubo.linear.begin(), qubo.linear.end());
  json::array quadratic;
  for (std::size_t i = 0; i < qubo.size(); ++i)
    for (std::size_t j = i + 1; j < qubo.size(); ++j)
      if (qubo.quadratic[i][j] != 0) quadratic.push_back(json::array{i, j, qubo.quadratic[i][j]});
  return {{"v", 1}, {"linear", std::move(linear)}, {"quadratic", std::move(quadratic)}};
}

Result<std::vector<Sample>> samples_from_json(const Qubo& qubo, const json::object& object,
                                              const std::string& where) {
  const json::array* list = json_array(object, "samples");
  if (list == nullptr) return Error{"holds no list 'samples'", where, "one list of 0 and 1 for each sample"};
  std::vector<Sample> samples;
  for (const json::value& item : *list) {
    Sample sample;
    if (item.is_array())
      for (const json::value& bit : item.as_array())
        if (bit == json::value(0) || bit == json::value(1))
          sample.bits.push_back(bit == json::value(1) ? 1 : 0);
    if (!item.is_array() || item.as_array().size() != qubo.size() || sample.bits.size() != qubo.size())
      return Error{"sample " + std::to_string(samples.size()) + " is not " + std::to_string(qubo.size()) +
                       " times 0 or 1",
                   where, "the variables stand in the order of qubo.json"};
    sample.energy = qubo.energy(sample.bits);
    samples.push_back(std::move(sample));
  }
  if (samples.empty()) return Error{"holds no sample", where, ""};
  return sorted_unique(std::move(samples));
}

}  // namespace sluice::hpo
