// What ../shared/hpo holds: numbers that other programs computed, and 296 learning curves of MLPF trainings.
// All of it may be absent; then the tests that need it say so and are skipped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"

namespace sluice::hpo {

std::string reference_path(const std::string& name);
std::optional<json::object> golden_numbers();

struct Training {
  std::vector<double> parameters;  ///< seven hyperparameters
  std::vector<double> losses;      ///< validation loss after epochs 1 to 100
};
std::vector<Training> mlpf_trainings();

std::vector<double> doubles(const json::value& array);

}  // namespace sluice::hpo
