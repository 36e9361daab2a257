// The gradients of a network in a few long pieces, each of which is summed over the ranks as soon as backward
// is through with it, while it computes the others.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/model/torch/torch_network.h"
#include "stages/train/exchange.h"

namespace sluice::train {

class Buckets {
 public:
  /// Hooks itself into the backward pass.
  Buckets(model::TorchNetwork& network, Exchange& exchange, std::int64_t numbers_each);

  /// From now on a bucket is summed when its last gradient is there: for the last batch of a step.
  void begin_step();
  /// All gradients are the sums over all ranks.
  void finish_step();

 private:
  struct Bucket {
    std::int64_t offset = 0;
    std::int64_t numbers = 0;
    int slices = 0;
    int missing = 0;
    bool sent = false;
  };
  void arrived(std::size_t bucket);
  void send(Bucket& bucket);

  model::TorchNetwork& network_;
  Exchange& exchange_;
  std::vector<Bucket> buckets_;
  bool active_ = false;
};

}  // namespace sluice::train
