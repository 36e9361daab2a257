// What the driver keeps about an attempt in flight: from its submission until its outputs are published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/run/outcome.h"
#include "engine/store/rows.h"
#include "executors/executor.h"

namespace sluice::run {

struct Flight {
  store::AttemptId id = 0;
  int number = 1;
  executors::Token token;
  std::uint32_t executor = 0;
  std::string folder;  ///< absolute
  Hash128 fingerprint;
  std::uint64_t inputs = 0;  ///< signature of the user's files it reads
  std::string recipe;        ///< empty for an adopted one: made again when it has succeeded
  std::string state_folder;  ///< empty: none
  Hash128 state_id;
  std::string state_before;  ///< the state folder's signature when the attempt began
  std::int64_t submitted_ns = 0;
  std::int64_t started_ns = 0;
  std::string node;
  std::string native_state;
  bool heard_of = false;  ///< its executor has said something about it since this driver began
  std::optional<executors::Finished> finished;
  schedule::Outcome outcome = schedule::Outcome::infrastructure;  ///< once finished
};

}  // namespace sluice::run
