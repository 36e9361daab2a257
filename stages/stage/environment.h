// What the engine tells a stage besides its command line. All of it is optional: a stage run by hand has
// none.
#pragma once

#include <string>
#include <vector>

namespace sluice::stage {

struct Environment {
  std::string progress_file;  ///< SLUICE_PROGRESS: progress goes there, one JSON object a line
  std::string state_folder;   ///< SLUICE_STATE_DIR
  std::string
      fence_file;  ///< SLUICE_FENCE: while its content is the token, this attempt owns the state folder
  std::string fence_token;                ///< SLUICE_FENCE_TOKEN
  std::vector<std::string> data_folders;  ///< from SLUICE_DATA, and the program's own
  int cpus = 1;           ///< SLUICE_CPUS, else OMP_NUM_THREADS, else what the scheduler of the kernel allows
  int rank = 0;           ///< of the MPI launcher; outputs and progress are rank 0's business
  bool terminal = false;  ///< somebody watches stderr
};

Environment environment_of_process();

}  // namespace sluice::stage
