// One simulated life of a workflow: drivers come, crash anywhere, and come again, until the run has
// succeeded. A seed is a whole life; the same seed is the same life.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::sim {

struct Verdict {
  std::string broken;  ///< the promise that was broken; empty: none
  int drivers = 0;     ///< how many were needed
  int crashes = 0;
  std::size_t attempts = 0;
};

enum class Where { machine, slurm };
Verdict simulate(std::uint64_t seed, Where where);

}  // namespace sluice::sim
