// What a batch leaves on disk. FOLDER/ID.json, written and synced before sbatch is called, says which
// attempts it holds: after a crash of the driver it is how a token leads to a job. FOLDER/ID.sh is the job
// script, ID.list the specs of an array, ID.out what the jobs themselves print (the prologue; the program has
// its own log). Each attempt's spec lies in its own folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "executors/executor.h"
#include "executors/slurm/commands.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

struct BatchRecord {
  std::string id;
  std::string job;  ///< empty until sbatch has answered
  std::vector<Token> tokens;
  std::vector<std::string> folders;  ///< of the attempts, in the order of the array
  Resources resources;               ///< with the rest: enough to submit it again
  std::vector<std::string> avoid_nodes;
  std::string name;
};

class BatchFiles {
 public:
  BatchFiles(Disk& disk, const SlurmConfig& config) : disk_(disk), config_(config) {}

  std::string script_path(const std::string& id) const { return path(id, ".sh"); }
  std::string output_path(const std::string& id) const { return path(id, ".out"); }
  static std::string spec_path(const std::string& attempt_folder) { return attempt_folder + "/attempt.json"; }

  Status write_spec(const AttemptSpec& attempt);
  /// The record is the last one written: what has a record is complete.
  Status write_batch(const BatchRecord& record);
  Status write_record(const BatchRecord& record);
  /// All that are there; those that can't be read are named in `problems`.
  std::vector<BatchRecord> read_all(std::vector<Error>& problems);
  std::int64_t age_mark(
      const std::string& id);  ///< when the record was last written: wall clock, 0 when unknown
  void remove(const std::string& id);

  JobRequest request_for(const BatchRecord& record) const;
  /// The last lines of what the job itself printed; empty when it printed nothing.
  std::string output_tail(const std::string& id);

 private:
  std::string path(const std::string& id, const char* ending) const {
    return config_.folder + "/" + id + ending;
  }
  Disk& disk_;
  const SlurmConfig& config_;
};

}  // namespace sluice::executors::slurm
