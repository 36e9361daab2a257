// The networks of Sluice: raw features of an event's elements in, particles out (docs/models.md has a picture
// of each). Encoder, backbone and heads are put together here out of the vocabulary of graph.h.
#pragma once

#include <string>
#include <vector>

#include "stages/model/definition/config.h"
#include "stages/model/definition/graph.h"

namespace sluice::model {

/// What brings features to mean 0 and variance 1, for each element type. Part of a model, not of its
/// training: it is inside the exported file.
struct Normalisation {
  std::vector<std::string> feature_names;
  std::vector<std::vector<float>> mean;       ///< element_types x features
  std::vector<std::vector<float>> deviation;  ///< never 0

  bool operator==(const Normalisation&) const = default;
};

Normalisation identity_normalisation(std::int64_t features);

/// Outputs of every network.
namespace output {
// For training; all of them as they are, unnormalised.
constexpr const char* binary = "binary";          ///< [B,N,2]: nothing, a particle
constexpr const char* classes = "class_logits";   ///< [B,N,classes]
constexpr const char* regression = "regression";  ///< [B,N,5]: ln(pt/x_pt), eta, sin phi, cos phi, ln(E/x_E)
// For users.
constexpr const char* particle_class = "class";     ///< [B,N,1] integers; 0: no particle
constexpr const char* momentum = "momentum";        ///< [B,N,5]: pt, eta, sin phi, cos phi, energy
constexpr const char* probability = "probability";  ///< [B,N,classes]: softmax of the class logits
}  // namespace output

/// Outputs called "order.0" and so on: how each hash of gnn_lsh sorted the elements.
constexpr const char* order_prefix = "order.";

Graph build_network(const ModelConfig& config, const Normalisation& normalisation);

}  // namespace sluice::model
