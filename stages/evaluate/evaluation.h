// The whole evaluation: events in batches through the network, jets and matches in every thread, and the sum
// of it all. Memory does not grow with the number of events.
#pragma once

#include "stages/evaluate/inference/network.h"
#include "stages/evaluate/physics/tally.h"
#include "stages/evaluate/timings.h"
#include "stages/events/dataset.h"
#include "stages/stage/context.h"

namespace sluice::evaluate {

struct EvaluationOptions {
  Bins bins;
  int replicas = 200;
  std::uint64_t seed = 1;
  std::uint64_t batch_elements = 16384;
  std::string place;  ///< of the dataset, for messages
};

struct Evaluation {
  Tally tally;
  Timings timings;
};

Result<Evaluation> evaluate(const events::Dataset& dataset, const Network& network,
                            const EvaluationOptions& options, stage::Context& context);

}  // namespace sluice::evaluate
