// What a network is: the settings that decide its shape, and nothing about how it is trained. Written as
// model.toml into every model folder; `describe` is the one list of names, defaults, limits and help texts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/model/definition/settings.h"

namespace sluice::model {

/// Columns of the features that mean the same for tracks, clusters and hits (docs/event-format.md).
namespace feature {
enum : std::int64_t { elemtype, pt, eta, sin_phi, cos_phi, energy };
/// Of tracks: the curvature is in 1/mm, and signed.
constexpr std::int64_t tan_lambda = 11;
constexpr std::int64_t omega = 13;
constexpr std::int64_t energy_ecal = 10;
constexpr std::int64_t energy_hcal = 11;
constexpr std::int64_t energy_other = 12;
constexpr std::int64_t hits = 13;  ///< then the spread along x, y and z in mm
/// Of clusters and of hits: x, from which y and z follow; in mm.
constexpr std::int64_t position = 6;
}  // namespace feature
/// What is learned of a particle's momentum, in this order: also the columns of the targets.
constexpr int quantities = 5;
/// Element types: 1 track or tracker hit, 2 cluster or calorimeter hit.
constexpr int element_types = 2;
/// none, charged hadron, neutral hadron, photon, electron, muon.
constexpr int classes = 6;

struct ModelConfig {
  std::string backbone = "attention";
  std::string elements = "cluster";
  std::string encoder = "split";
  std::string activation = "elu";
  std::int64_t layers = 3;
  std::int64_t width = 128;
  std::int64_t hidden = 128;
  std::int64_t heads = 8;
  double dropout = 0;
  bool task_queries = true;
  bool log_features = true;
  double face_radius = 1500;
  double face_z = 2307;
  bool near_heads = true;
  bool surroundings = true;
  std::string pt_mode = "gated-elemtype-split";
  std::string energy_mode = "direct-elemtype-split";
  std::string eta_mode = "linear";
  std::string sin_phi_mode = "linear";
  std::string cos_phi_mode = "linear";
  // gnn_lsh
  std::int64_t bin_size = 32;
  std::int64_t max_bins = 200;
  std::int64_t distance = 32;
  std::int64_t messages = 2;
  std::int64_t or_hashes = 1;
  std::int64_t and_hashes = 1;
  std::string bin_kernel = "gaussian";
  bool residual = true;
  // kernel
  std::int64_t random_features = 64;
  std::int64_t model_seed = 1;

  bool operator==(const ModelConfig&) const = default;

  template <typename Visitor>
  static void describe(Visitor v);

  std::int64_t features() const { return elements == "hit" ? 12 : 17; }
  const std::string& mode(int quantity) const;
};

/// What no single field can say: heads that divide the width, and so on.
Status check(const ModelConfig& config);

Result<ModelConfig> parse_model_toml(std::string text, const std::string& path);
std::string model_toml(const ModelConfig& config);

// ---- details ----

template <typename Visitor>
void ModelConfig::describe(Visitor v) {
  using C = ModelConfig;
  const Limits log_modes{
      0, 0, {"direct", "direct-elemtype", "direct-elemtype-split", "gated-elemtype-split"}};
  const Limits modes{0,
                     0,
                     {"direct", "additive", "multiplicative", "linear", "linear-elemtype", "direct-elemtype",
                      "direct-elemtype-split", "gated-elemtype-split"}};
  v("backbone", &C::backbone, "how elements see each other", {0, 0, {"attention", "gnn_lsh", "kernel"}});
  v("elements", &C::elements, "tracks and clusters (17 features), or hits (12)", {0, 0, {"cluster", "hit"}});
  v("encoder", &C::encoder, "one embedding for all elements, or one for each type",
    {0, 0, {"joint", "split"}});
  v("activation", &C::activation, "between linear layers",
    {0, 0, {"elu", "relu", "relu6", "leaky_relu", "gelu", "silu"}});
  v("layers", &C::layers, "of the backbone", {1, 64, {}});
  v("width", &C::width, "numbers that stand for an element", {4, 8192, {}});
  v("hidden", &C::hidden, "width inside of the feed-forward blocks", {4, 32768, {}});
  v("heads", &C::heads, "of attention; they share the width", {1, 256, {}});
  v("dropout", &C::dropout, "share of numbers left out while training", {0, 0.9, {}});
  v("task_queries", &C::task_queries, "add what a learned query finds in the whole event to each element",
    {});
  v("log_features", &C::log_features, "give the logarithms of pt and energy to the network, too", {});
  v("face_radius", &C::face_radius,
    "mm: the calorimeter's barrel begins there, and tracks are followed to it (CLIC 1500, CLD 2150); 0: they "
    "are not",
    {0, 1e5, {}});
  v("face_z", &C::face_z, "mm: the calorimeter's endcap begins there (CLIC 2307, CLD 2307)", {1, 1e5, {}});
  v("near_heads", &C::near_heads,
    "attention: half of the heads begin by looking at what is near on that face", {});
  v("surroundings", &C::surroundings,
    "give sums over what is near on that face to each element, and logarithms of a cluster's shape", {});
  v("pt_mode", &C::pt_mode, "how ln(pt / element's pt) is read out", log_modes);
  v("energy_mode", &C::energy_mode, "how ln(energy / momentum) is read out", log_modes);
  v("eta_mode", &C::eta_mode, "how eta is read out", modes);
  v("sin_phi_mode", &C::sin_phi_mode, "how sin phi is read out", modes);
  v("cos_phi_mode", &C::cos_phi_mode, "how cos phi is read out", modes);
  v("bin_size", &C::bin_size, "gnn_lsh: elements in a bin", {2, 4096, {}});
  v("max_bins", &C::max_bins, "gnn_lsh: values of the hash at most", {2, 4096, {}});
  v("distance", &C::distance, "gnn_lsh: dimensions in which elements are near to each other", {1, 4096, {}});
  v("messages", &C::messages, "gnn_lsh: rounds of messages in a layer", {1, 16, {}});
  v("or_hashes", &C::or_hashes, "gnn_lsh: independent binnings, whose results are added", {1, 8, {}});
  v("and_hashes", &C::and_hashes, "gnn_lsh: hashes that have to agree", {1, 4, {}});
  v("bin_kernel", &C::bin_kernel, "gnn_lsh: how much elements of a bin matter to each other",
    {0, 0, {"gaussian", "attention"}});
  v("residual", &C::residual, "gnn_lsh: add a layer's result to its input", {});
  v("random_features", &C::random_features, "kernel: features that stand for the softmax", {4, 4096, {}});
  v("model_seed", &C::model_seed, "of the weights at the start", {0, 9e15, {}});
}

}  // namespace sluice::model
