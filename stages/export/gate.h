// Whether an exported file gives the same physics as the network that was trained: ONNX Runtime against the
// reference events that sluice-train put into the model folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/model/store/model_folder.h"

namespace sluice::exporting {

struct Limits {
  double same_class = 0.9999;    ///< share of elements at least
  double momentum = 1e-4;        ///< relative; of directions: to 1 or the value, whichever is larger
  double same_momentum = 0.999;  ///< share of elements at least
};

struct Comparison {
  std::int64_t events = 0;
  std::int64_t elements = 0;
  std::int64_t other_class = 0;
  std::int64_t other_momentum = 0;
  std::int64_t unexplained = 0;  ///< other momentum though all hashes sorted the event alike
  double largest_difference = 0;
  std::int64_t flipped_events = 0;  ///< gnn_lsh: events that a hash sorted otherwise

  bool passes(const Limits& limits) const;
  std::string summary() const;
};

/// What ONNX Runtime makes of `onnx` (the bytes of a file). `orders`: a file with the outputs order.N, empty
/// for networks without hashes. Events go through in padded batches, so that the mask is tested, too.
Result<Comparison> compare(const std::string& onnx, const std::string& orders,
                           const std::vector<model::ReferenceEvent>& reference, const Limits& limits,
                           int threads);

}  // namespace sluice::exporting
