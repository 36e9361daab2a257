// A run folder as a driver would have left it, made without one: a small particle-flow workflow whose first
// run made the simulation and whose second one got to the middle of the import, with a retry, a failure, and
// names and logs that try to break out of every format they are put into.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/report/graph_snapshot.h"
#include "engine/store/store.h"
#include "engine/store/transaction.h"

namespace sluice::tests {

/// 2026-11-21 08:00:00 UTC
constexpr std::int64_t example_start_ns = 1'795'248'000'000'000'000;
constexpr std::int64_t second_ns = 1'000'000'000;

struct ExampleOptions {
  int shards = 4;                 ///< tasks of `simulate` and `import` are twice that many
  bool ended = true;              ///< the second run; else it is in the middle, its attempts alive
  std::string status = "failed";  ///< how it ended
};

/// simulate (2 samples x shards) -> import -> preprocess -> sweep (with trials) -> train; summary is final.
report::GraphSnapshot example_graph(int shards);

/// Writes FOLDER/.sluice/store.db and the logs; returns the store, open for writing.
std::unique_ptr<store::Store> write_example_run(const std::string& folder,
                                                const ExampleOptions& options = {});

}  // namespace sluice::tests
