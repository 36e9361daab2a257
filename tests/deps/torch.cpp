#include <torch/torch.h>

int main() {
  torch::manual_seed(1);
  const auto x = torch::rand({2, 4, 8, 16});
  const auto attended = torch::scaled_dot_product_attention(x, x, x);
  const auto scores = torch::matmul(x, x.transpose(-2, -1)) / 4.0;
  return torch::allclose(attended, torch::matmul(scores.softmax(-1), x), 1e-4, 1e-5) ? 0 : 1;
}
