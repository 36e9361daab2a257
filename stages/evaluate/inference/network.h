// An exported network, run by ONNX Runtime. Each call uses one thread, so that neither the number of threads
// nor what else runs changes a bit of the result; callers run several calls at a time instead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace sluice::evaluate {

/// Events side by side, padded to the longest.
struct Batch {
  std::size_t events = 0;
  std::size_t length = 0;
  std::vector<float> features;     ///< events x length x features, row by row
  std::vector<std::uint8_t> mask;  ///< events x length: 1 for an element
};

struct Predictions {
  std::vector<std::int64_t> classes;  ///< events x length
  std::vector<float> momentum;        ///< events x length x model::exported::momentum_columns
};

class Network {
 public:
  /// Refuses files that sluice-export did not write, and networks that know other features.
  static Result<Network> open(const std::string& path, const std::vector<std::string>& feature_names);

  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;
  ~Network();

  /// From any number of threads at a time.
  Result<Predictions> run(Batch& batch) const;

 private:
  class Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::evaluate
