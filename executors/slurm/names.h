// How a job is found again: every job carries the id of its batch (the attempts that one sbatch call submits)
// in its name and in its comment. Both stand in squeue's output even where there is no accounting, so an
// sbatch whose answer got lost, or a driver that was killed in the middle of one, costs nothing. The id
// follows from the tokens, so that submitting the same attempts again gives the same id.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "executors/executor.h"

namespace sluice::executors::slurm {

std::string batch_id(std::span<const Token> tokens);  ///< 16 hexadecimal digits
std::string job_name(const std::string& batch,
                     std::string_view group_or_task);  ///< "train-sluice:0123456789abcdef"
std::string job_comment(const std::string& batch, std::span<const Token> tokens);
std::string find_batch_id(std::string_view name_or_comment);  ///< "" when there is none

}  // namespace sluice::executors::slurm
