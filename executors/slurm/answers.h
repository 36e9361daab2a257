// Reads what Slurm's commands print. Sites wrap these commands and add banners, versions differ in details,
// so a line that does not look as it should is skipped, never guessed at.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::executors::slurm {

/// One job, or one member of an array, of ours.
struct QueueRow {
  std::string job;    ///< "123" or "123_4"
  std::string state;  ///< as printed
  int restart = 0;
  std::string exit_code;  ///< "7", "signal 9", or "" where it says nothing
  std::string nodes;
  std::string reason;
  std::string batch;  ///< the id that we wrote into its name and comment
  std::string comment;
};

/// Rows whose name or comment carries a batch id; everybody else's jobs are left out.
std::vector<QueueRow> parse_queue(std::string_view out);

struct AccountingRow {
  std::string job;
  std::string state;
  std::string exit_code;
  std::string nodes;
};
std::vector<AccountingRow> parse_accounting(std::string_view out);

/// The job id in the output of `sbatch --parsable`, among whatever else a site's wrapper prints.
std::optional<std::string> parse_job_id(std::string_view out);

struct ClusterFacts {
  std::string version;
  std::size_t max_array = 1001;  ///< MaxArraySize: members of one array; Slurm's own default
  double min_job_age_s = 300;    ///< how long squeue still lists a job that has ended
};
ClusterFacts parse_config(std::string_view out);

std::string base_job(std::string_view job);  ///< "123" of "123_4"
std::optional<std::size_t> array_index(
    std::string_view job);  ///< 4 of "123_4"; nothing for "123" and "123_[5-9]"

}  // namespace sluice::executors::slurm
