#include "stages/model/definition/weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stages/stage/random.h"

namespace sluice::model {

namespace {

/// FNV-1a: names to streams of random numbers.
std::uint64_t stream_of(const std::string& name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return hash;
}

class Numbers {
 public:
  Numbers(std::uint64_t seed, const std::string& name) : seed_(seed), stream_(stream_of(name)) {}

  double uniform() {
    if (next_ % 4 == 0) four_ = stage::random4(seed_, stream_, next_ / 4);
    return stage::uniform(four_[next_++ % 4]);
  }
  double gaussian() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t next_ = 0;
  stage::Random4 four_{};
};

/// Rows in blocks of as many as there are columns, orthogonal within a block (Gram-Schmidt), each as long as
/// a Gaussian vector would be: fewer of them stand for the softmax equally well.
std::vector<float> orthogonal(Numbers& random, std::size_t rows, std::size_t columns) {
  std::vector<float> result;
  std::vector<std::vector<double>> block;
  for (std::size_t row = 0; row < rows; ++row) {
    if (block.size() == columns) block.clear();
    std::vector<double> vector(columns);
    for (double& number : vector) number = random.gaussian();
    for (const auto& other : block) {
      double along = 0;
      for (std::size_t i = 0; i < columns; ++i) along += vector[i] * other[i];
      for (std::size_t i = 0; i < columns; ++i) vector[i] -= along * other[i];
    }
    double length = 0;
    for (const double number : vector) length += number * number;
    for (double& number : vector) number /= std::sqrt(length);
    block.push_back(vector);
    double wanted = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      const double number = random.gaussian();
      wanted += number * number;
    }
    for (const double number : vector) result.push_back(static_cast<float>(number * std::sqrt(wanted)));
  }
  return result;
}

/// Heads of attention that begin by looking near, each twice as far as the one before; the other half is left
/// 0.
std::vector<float> near(const WeightSpec& spec) {
  const auto rows = static_cast<std::size_t>(spec.shape[0]);
  const auto columns = static_cast<std::size_t>(spec.shape[1]);
  const auto groups = static_cast<std::size_t>(spec.start.groups);
  std::vector<float> numbers(rows * columns, 0);
  double scale = spec.start.scale;
  for (std::size_t group = 0; 2 * group < groups; ++group, scale /= 2)
    for (std::size_t i = 0; i < std::min(columns, rows / groups); ++i)
      numbers[(group * (rows / groups) + i) * columns + i] = static_cast<float>(scale);
  return numbers;
}

std::vector<float> start(const WeightSpec& spec, std::uint64_t seed) {
  Numbers random(seed, spec.name);
  if (spec.start.kind == Start::Kind::orthogonal)
    return orthogonal(random, static_cast<std::size_t>(spec.shape[0]),
                      static_cast<std::size_t>(spec.shape[1]));
  if (spec.start.kind == Start::Kind::near) return near(spec);
  std::vector<float> numbers(static_cast<std::size_t>(spec.numbers()));
  for (float& number : numbers) switch (spec.start.kind) {
      case Start::Kind::uniform:
        number = static_cast<float>(spec.start.scale * (2 * random.uniform() - 1));
        break;
      case Start::Kind::normal: {
        double drawn = random.gaussian();
        while (std::abs(drawn) > 2) drawn = random.gaussian();
        number = static_cast<float>(spec.start.scale * drawn);
        break;
      }
      case Start::Kind::gaussian: number = static_cast<float>(random.gaussian()); break;
      default: number = static_cast<float>(spec.start.scale);
    }
  return numbers;
}

std::string text_of(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t length : shape) text += (text.empty() ? "" : " x ") + std::to_string(length);
  return text;
}

}  // namespace

Weights starting_weights(const Graph& graph, std::uint64_t seed) {
  Weights weights;
  for (const WeightSpec& spec : graph.weights) weights[spec.name] = {spec.shape, start(spec, seed)};
  return weights;
}

Status check(const Graph& graph, const Weights& weights, const std::string& where) {
  const auto wrong = [&](const std::string& what) -> Status {
    return Error{what, where, "model.toml and weights.h5 have to come from the same training",
                 ErrorKind::data};
  };
  for (const WeightSpec& spec : graph.weights) {
    const auto found = weights.find(spec.name);
    if (found == weights.end()) return wrong("the weight " + spec.name + " of this network is missing");
    if (found->second.shape != spec.shape)
      return wrong("the weight " + spec.name + " is " + text_of(found->second.shape) +
                   ", but this network needs " + text_of(spec.shape));
    const auto& numbers = found->second.numbers;
    if (!std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); }))
      return wrong("the weight " + spec.name + " holds a number that is not finite");
  }
  for (const auto& [name, weight] : weights)
    if (graph.find_weight(name) == nullptr) return wrong("this network has no weight " + name);
  return Ok{};
}

}  // namespace sluice::model
