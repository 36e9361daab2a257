// Where a network computes.
#pragma once

#include <c10/core/Device.h>

#include <string>

#include "engine/base/result.h"

namespace sluice::train {

/// "auto": a GPU where LibTorch has one, else the CPU. Ranks of one machine take its GPUs in turn.
Result<at::Device> choose_device(const std::string& wanted, int rank);

/// What a failed allocation looks like, on the CPU or a GPU.
bool is_out_of_memory(const std::string& message);

}  // namespace sluice::train
