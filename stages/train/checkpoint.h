// Checkpoints: folders that appear whole or not at all, the last few of them, each with a list of its files
// and their hashes. A damaged one is recognised, said so, and the one before is taken.
//
//   STATE/checkpoint-000000120/  model.toml normalisation.json weights.h5    as in a model folder
//                                best.h5  optimiser.h5  progress.json  manifest.json
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "stages/model/store/model_folder.h"
#include "stages/stage/state.h"
#include "stages/train/schedule.h"

namespace sluice::train {

constexpr std::size_t sum_count = 9;  ///< seven parts of the loss, weight of elements and of particles

/// Where a training is, apart from weights.
struct Position {
  std::int64_t step = 0;                 ///< steps taken
  std::array<double, sum_count> sums{};  ///< of the epoch under way
  Progressing progressing;
  std::vector<std::string> history;  ///< a line of JSON for each epoch
};

struct Checkpoint {
  model::Model model;
  model::Weights best;  ///< of the best validation so far; none before the first
  std::map<std::string, std::vector<float>> optimiser;
  Position position;
};

class Checkpoints {
 public:
  /// `identity`: settings and data; checkpoints of another training are left alone. `say` tells the user.
  Checkpoints(Disk& disk, stage::State& state, std::string identity, std::size_t keep,
              std::function<void(const std::string&)> say);

  Status save(const Checkpoint& checkpoint);
  /// The newest that is whole; nothing where there is none.
  Result<std::optional<Checkpoint>> load();

 private:
  using Files = std::map<std::string, std::string>;
  Status publish(const std::string& name, Files files);
  Result<Files> read_whole(const std::string& name);
  Result<Checkpoint> read(const std::string& name);
  Result<std::vector<std::string>> names();
  Status prune();

  Disk& disk_;
  stage::State& state_;
  std::string identity_;
  std::size_t keep_;
  std::function<void(const std::string&)> say_;
};

}  // namespace sluice::train
