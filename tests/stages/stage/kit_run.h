// Runs a stage inside the test: its words in, exit code and texts out.
#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "stages/stage/run.h"

namespace sluice::stage {

/// Moves only when a test says so.
struct HandClock final : Clock {
  std::int64_t now_ns = 1'700'000'000'000'000'000;
  std::int64_t wall_ns() override { return now_ns; }
  std::int64_t mono_ns() override { return now_ns; }
};

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

template <typename Options>
Ran run_kit(const Table<Options>& table, const std::vector<std::string>& words,
            const std::function<Result<Outcome>(const Options&, Context&)>& body,
            const Environment& environment = {}) {
  RealDisk disk;
  HandClock clock;
  std::ostringstream out;
  std::ostringstream err;
  Surroundings around{environment, disk, clock, out, err};
  const int code = run_stage(table.description(), words, around, [&](const Values& values, Context& context) {
    return body(table.bind(values), context);
  });
  return {code, out.str(), err.str()};
}

}  // namespace sluice::stage
