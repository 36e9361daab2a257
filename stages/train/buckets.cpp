#include "stages/train/buckets.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <functional>

namespace sluice::train {

namespace {

/// Calls back when autograd has added to a weight's gradient.
class WhenAccumulated : public torch::autograd::FunctionPostHook {
 public:
  explicit WhenAccumulated(std::function<void()> call) : call_(std::move(call)) {}
  torch::autograd::variable_list operator()(const torch::autograd::variable_list& outputs,
                                            const torch::autograd::variable_list&) override {
    call_();
    return outputs;
  }

 private:
  std::function<void()> call_;
};

}  // namespace

Buckets::Buckets(model::TorchNetwork& network, Exchange& exchange, std::int64_t numbers_each)
    : network_(network), exchange_(exchange) {
  if (exchange.ranks() == 1) return;
  // Backward begins at the end of the network, and so do the buckets; every rank makes the same ones.
  for (auto slice = network.slices().rbegin(); slice != network.slices().rend(); ++slice) {
    if (buckets_.empty() || buckets_.back().numbers + slice->numbers > numbers_each) buckets_.emplace_back();
    Bucket& bucket = buckets_.back();
    bucket.offset = slice->offset;
    bucket.numbers += slice->numbers;
    ++bucket.slices;
    const std::size_t index = buckets_.size() - 1;
    torch::autograd::impl::grad_accumulator(slice->tensor)
        ->add_post_hook(std::make_unique<WhenAccumulated>([this, index] { arrived(index); }));
  }
}

void Buckets::begin_step() {
  for (Bucket& bucket : buckets_) bucket.missing = bucket.slices, bucket.sent = false;
  active_ = true;
}

void Buckets::send(Bucket& bucket) {
  bucket.sent = true;
  float* begin = network_.flat_gradients().data_ptr<float>() + bucket.offset;
  exchange_.begin_sum({begin, static_cast<std::size_t>(bucket.numbers)});
}

void Buckets::arrived(std::size_t index) {
  if (!active_) return;
  --buckets_[index].missing;
  // In the same order on every rank, as MPI wants it: never before those in front of it.
  for (Bucket& bucket : buckets_) {
    if (bucket.missing > 0) break;
    if (!bucket.sent) send(bucket);
  }
  exchange_.advance();
}

void Buckets::finish_step() {
  for (Bucket& bucket : buckets_)
    if (!bucket.sent) send(bucket);  // weights that no batch of this rank used
  exchange_.finish();
  active_ = false;
}

}  // namespace sluice::train
