// Attention in a packed batch on the CPU: each event by itself, all heads and events side by side on the
// threads.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <functional>

#include "stages/model/torch/attention_kernel.h"
#include "stages/model/torch/operations.h"

namespace sluice::model {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Calls `work(event, head)` for all of them. Threads take turns, because events are sorted by length.
void for_each_head(const Packing& packing, std::int64_t heads,
                   const std::function<void(std::int64_t, std::int64_t)>& work) {
  const std::int64_t tasks = packing.events() * heads;
  const std::int64_t threads = at::get_num_threads();
  at::parallel_for(0, threads, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t thread = begin; thread < end; ++thread)
      for (std::int64_t task = thread; task < tasks; task += threads) work(task / heads, task % heads);
  });
}

class PackedAttention : public torch::autograd::Function<PackedAttention> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& q, const Tensor& k, const Tensor& v,
                        std::int64_t heads, const std::vector<std::int64_t>& starts) {
    const Packing packing{starts};
    const std::int64_t stride = q.size(2);
    const std::int64_t width = stride / heads;
    Tensor out = at::empty_like(q);
    Tensor log_sums = at::empty({heads, q.size(1)}, q.options());
    const float* from[] = {q.const_data_ptr<float>(), k.const_data_ptr<float>(), v.const_data_ptr<float>()};
    float* to = out.mutable_data_ptr<float>();
    float* sums = log_sums.mutable_data_ptr<float>();
    for_each_head(packing, heads, [&](std::int64_t event, std::int64_t head) {
      const std::int64_t at = packing.start(event) * stride + head * width;
      attend({packing.length(event), width, stride}, from[0] + at, from[1] + at, from[2] + at, to + at,
             sums + head * packing.elements() + packing.start(event));
    });
    context->save_for_backward({q, k, v, out, log_sums});
    context->saved_data["heads"] = heads;
    context->saved_data["starts"] = starts;
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor gradient = gradients[0].contiguous();
    const std::int64_t heads = context->saved_data["heads"].toInt();
    const Packing packing{context->saved_data["starts"].toIntVector()};
    const std::int64_t stride = gradient.size(2);
    const std::int64_t width = stride / heads;
    Tensor q = at::empty_like(gradient);
    Tensor k = at::empty_like(gradient);
    Tensor v = at::empty_like(gradient);
    const Attended all{saved[0].const_data_ptr<float>(), saved[1].const_data_ptr<float>(),
                       saved[2].const_data_ptr<float>(), saved[3].const_data_ptr<float>(),
                       saved[4].const_data_ptr<float>(), gradient.const_data_ptr<float>()};
    float* to[] = {q.mutable_data_ptr<float>(), k.mutable_data_ptr<float>(), v.mutable_data_ptr<float>()};
    for_each_head(packing, heads, [&](std::int64_t event, std::int64_t head) {
      const std::int64_t at = packing.start(event) * stride + head * width;
      const Attended one{all.q + at,
                         all.k + at,
                         all.v + at,
                         all.out + at,
                         all.log_sums + head * packing.elements() + packing.start(event),
                         all.out_gradient + at};
      attend_backward({packing.length(event), width, stride}, one, to[0] + at, to[1] + at, to[2] + at);
    });
    return {q, k, v, {}, {}};
  }
};

}  // namespace

Tensor packed_attention(const Tensor& q, const Tensor& k, const Tensor& v, std::int64_t heads,
                        const Packing& packing) {
  const auto prepared = [](const Tensor& x) { return x.to(at::kFloat).contiguous(); };
  return PackedAttention::apply(prepared(q), prepared(k), prepared(v), heads, packing.starts);
}

}  // namespace sluice::model
