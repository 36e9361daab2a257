// A network's graph, computed by LibTorch with gradients: what training reads. All trained weights lie in one
// flat tensor, and all their gradients in another, so that optimisers and the exchange between processes see
// two long vectors instead of a hundred small ones.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "stages/model/definition/graph.h"
#include "stages/model/definition/weights.h"
#include "stages/model/torch/packing.h"

namespace sluice::model {

struct RunOptions {
  bool training = false;
  bool bfloat16 = false;             ///< matrix products in bfloat16 where LibTorch thinks it safe
  const Packing* packing = nullptr;  ///< events one after another, without padding, instead of side by side
};

class TorchNetwork {
 public:
  /// `weights` have been checked against the graph.
  TorchNetwork(Graph graph, const Weights& weights, const at::Device& device);

  /// The outputs of these names. features [B,N,F], mask [B,N,1]; `no_padding`: the mask is 1 everywhere,
  /// which saves looking. With `packing` B is 1, and so are the outputs', and there is no padding.
  std::vector<at::Tensor> run(const at::Tensor& features, const at::Tensor& mask, bool no_padding,
                              const std::vector<std::string>& outputs, const RunOptions& options = {}) const;

  const Graph& graph() const { return graph_; }
  at::Tensor& flat_weights() { return flat_; }
  at::Tensor& flat_gradients() { return gradients_; }
  /// Where a trained weight lies in the flat tensors.
  struct Slice {
    std::string name;
    std::int64_t offset = 0;
    std::int64_t numbers = 0;
    at::Tensor tensor;  ///< a view of the flat weights that collects gradients
  };
  const std::vector<Slice>& slices() const { return slices_; }

  Weights weights() const;
  void set_weights(const Weights& weights);

 private:
  /// Sets padding to zero, and does nothing else.
  bool is_masking(const Node& node) const;

  Graph graph_;
  at::Tensor flat_;
  at::Tensor gradients_;
  std::vector<Slice> slices_;
  std::vector<at::Tensor> tensors_;  ///< for each node that is a weight or a constant
};

}  // namespace sluice::model
