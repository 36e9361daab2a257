// Why a job waits, in words that a physicist understands, and whether it would wait for ever. Slurm's own
// word stays in the text, because that is what the site's help desk asks for.
#pragma once

#include <string>
#include <string_view>

namespace sluice::executors::slurm {

struct WaitReason {
  std::string words;   ///< empty: nothing worth saying
  bool stuck = false;  ///< time alone won't help: somebody has to do something
};

WaitReason explain_reason(std::string_view native, std::string_view job);

}  // namespace sluice::executors::slurm
