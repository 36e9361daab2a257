// Events that look like particle flow, made up from a seed.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "stages/model/definition/config.h"
#include "stages/stage/random.h"

namespace sluice::model::testing {

struct RandomEvent {
  std::int64_t elements = 0;
  std::vector<float> features;
};

inline RandomEvent random_event(std::uint64_t seed, std::int64_t elements, std::int64_t features) {
  RandomEvent event{elements, {}};
  std::uint64_t draw = 0;
  const auto uniform = [&] { return stage::uniform(stage::random4(seed, 7, draw++)[0]); };
  for (std::int64_t i = 0; i < elements; ++i) {
    const double pt = std::exp(3 * uniform() - 1);
    const double eta = 4 * uniform() - 2;
    const double phi = 2 * std::numbers::pi * uniform();
    std::vector<double> row = {uniform() < 0.5 ? 1.0 : 2.0, pt, eta, std::sin(phi), std::cos(phi),
                               pt * std::cosh(eta)};
    while (static_cast<std::int64_t>(row.size()) < features) row.push_back(2 * uniform() - 1);
    event.features.insert(event.features.end(), row.begin(), row.end());
  }
  return event;
}

/// Numbers of a padded batch.
struct RawBatch {
  std::int64_t events = 0;
  std::int64_t length = 0;
  std::vector<float> features;  ///< events x length x features
  std::vector<float> mask;      ///< events x length
};

inline RawBatch pad(const std::vector<RandomEvent>& events, std::int64_t features, std::int64_t length) {
  RawBatch batch{static_cast<std::int64_t>(events.size()), length, {}, {}};
  batch.features.assign(static_cast<std::size_t>(batch.events * length * features), 0);
  batch.mask.assign(static_cast<std::size_t>(batch.events * length), 0);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i) * length;
    std::copy(events[i].features.begin(), events[i].features.end(), batch.features.begin() + row * features);
    std::fill_n(batch.mask.begin() + row, events[i].elements, 1.0F);
  }
  return batch;
}

/// One of each kind of network, small, with every option at least once.
inline std::vector<std::pair<const char*, ModelConfig>> some_networks() {
  ModelConfig small;
  small.layers = 2;
  small.width = 16;
  small.hidden = 24;
  small.heads = 4;
  small.bin_size = 8;
  small.max_bins = 8;
  small.distance = 6;
  small.random_features = 12;
  std::vector<std::pair<const char*, ModelConfig>> all;
  const auto with = [&](const char* name, auto change) {
    ModelConfig config = small;
    change(config);
    all.emplace_back(name, config);
  };
  with("attention", [](ModelConfig&) {});
  with("attention_without_face", [](ModelConfig& c) { c.face_radius = 0; });
  with("attention_nothing_near", [](ModelConfig& c) { c.near_heads = c.surroundings = false; });
  with("attention_joint_relu", [](ModelConfig& c) {
    c.encoder = "joint", c.activation = "relu", c.task_queries = false, c.log_features = false;
    c.pt_mode = c.energy_mode = "direct", c.eta_mode = "additive", c.sin_phi_mode = "multiplicative",
    c.cos_phi_mode = "direct";
  });
  with("attention_hits_gelu", [](ModelConfig& c) {
    c.elements = "hit", c.activation = "gelu", c.pt_mode = c.energy_mode = "direct-elemtype";
    c.eta_mode = "linear-elemtype", c.sin_phi_mode = "direct-elemtype-split",
    c.cos_phi_mode = "direct-elemtype";
  });
  with("attention_silu", [](ModelConfig& c) { c.activation = "silu", c.layers = 1; });
  with("attention_leaky_relu", [](ModelConfig& c) { c.activation = "leaky_relu", c.layers = 1; });
  with("attention_relu6", [](ModelConfig& c) { c.activation = "relu6", c.layers = 1; });
  with("kernel", [](ModelConfig& c) { c.backbone = "kernel"; });
  with("gnn_lsh", [](ModelConfig& c) { c.backbone = "gnn_lsh"; });
  with("gnn_lsh_or_and", [](ModelConfig& c) { c.backbone = "gnn_lsh", c.or_hashes = 2, c.and_hashes = 2; });
  with("gnn_lsh_attention_plain",
       [](ModelConfig& c) { c.backbone = "gnn_lsh", c.bin_kernel = "attention", c.residual = false; });
  return all;
}

}  // namespace sluice::model::testing
