// A training, from the first step or from a checkpoint to its end: the loop around passes, optimiser,
// schedule, validation and checkpoints. LibTorch stays behind it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "stages/model/store/model_folder.h"
#include "stages/train/checkpoint.h"
#include "stages/train/events.h"
#include "stages/train/exchange.h"
#include "stages/train/profile.h"
#include "stages/train/settings.h"

namespace sluice::train {

struct Job {
  const EventSource* train = nullptr;
  const EventSource* validation = nullptr;
  model::ModelConfig config;
  model::Normalisation normalisation;
  Settings settings;
  std::int64_t epochs = 1;      ///< to train in all
  std::int64_t until = 1;       ///< to train now
  std::int64_t tokens = 16384;  ///< in one pass of the network
  std::int64_t reference_events = 40;
  std::string device = "auto";
  int readers = 1;
  int threads = 1;
  double checkpoint_every_s = 600;
};

using Metrics = std::vector<std::pair<std::string, double>>;

/// What to do after an epoch.
struct Orders {
  std::int64_t until = 0;  ///< farther than before; 0: as before
  bool stop = false;
  bool checkpoint = false;
};

/// The outside of a training. Called on all ranks; orders are rank 0's.
struct Hooks {
  std::function<bool()> should_stop = [] { return false; };
  /// Told once or more of each event that can't be learned from; an error ends the training.
  std::function<Status(const EventSource& source, std::int64_t event, const std::string& reason)> defect =
      [](const EventSource&, std::int64_t, const std::string&) { return Status(Ok{}); };
  /// Before the first step, with those that an earlier run has done.
  std::function<void(std::int64_t step)> resumed = [](std::int64_t) {};
  std::function<void(std::int64_t steps)> stepped = [](std::int64_t) {};
  /// `metrics` depend on settings and data alone; events a second do not.
  std::function<Orders(std::int64_t epoch, const Metrics& metrics, double events_per_s)> epoch_done =
      [](std::int64_t, const Metrics&, double) { return Orders(); };
  std::function<void(const std::string& text)> say = [](const std::string&) {};
};

struct Trained {
  enum class End : std::uint8_t {
    reached,      ///< `until`
    gave_up,      ///< nothing gained any more: there is nothing left to do
    stopped,      ///< by an order
    interrupted,  ///< by a signal; a checkpoint is there
  };
  End end = End::reached;
  model::Model model;  ///< the best
  std::vector<model::ReferenceEvent> reference;
  std::vector<std::string> history;
  std::int64_t epochs = 0;
  std::int64_t resumed_at_step = 0;
  Metrics metrics;  ///< of the last epoch
  Profile profile;
};

/// A training that failed by itself says how: for a trial's status.
constexpr const char* not_finite_hint =
    "a smaller learning rate (--lr), warm-up (--warmup_steps) or clipping (--clip) may help";
constexpr const char* out_of_memory_hint =
    "give it more memory, or let fewer elements through at once (--tokens)";

/// `checkpoints` may be null: then nothing can be resumed.
Result<Trained> train(const Job& job, Exchange& exchange, Checkpoints* checkpoints, const Hooks& hooks);

}  // namespace sluice::train
