// What a network is worth on events that it does not learn from: losses over all of them, shared by the
// ranks, and what it makes of some of them, so that an exported file can be compared with it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "stages/train/exchange.h"
#include "stages/train/loader.h"
#include "stages/train/pass.h"

namespace sluice::train {

struct Cut {
  Layout layout = Layout::packed;
  std::int64_t tokens = 16384;  ///< elements in one pass
  std::int64_t width = 128;     ///< of the network
};

/// The same sums on all ranks.
Result<LossSums> validate(const EventSource& source, const Cut& cut, const Pass& pass, Exchange& exchange,
                          const ReportDefect& report);

/// Of events of all lengths that can be decoded; fewer than wanted where some can't.
std::vector<model::ReferenceEvent> reference_events(const EventSource& source, const Pass& pass,
                                                    std::int64_t wanted);

}  // namespace sluice::train
