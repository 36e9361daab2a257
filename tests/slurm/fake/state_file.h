// A fake cluster that outlives the commands that talk to it: FOLDER/scenario.txt is read, FOLDER/state.json
// is kept, one command at a time.
#pragma once

#include <string>

#include "tests/slurm/fake/fake_slurm.h"

namespace sluice::tests {

class Cluster {
 public:
  /// Waits for its turn; throws when there is no such cluster.
  explicit Cluster(std::string folder);
  ~Cluster();  ///< saves
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  FakeSlurm& slurm() { return slurm_; }
  double now_s() const;

 private:
  std::string folder_;
  int lock_ = -1;
  double began_s_ = 0;
  FakeSlurm slurm_;
};

/// Runs jobs' scripts for as long as there are jobs (scenario key `real`). Returns at once when another agent
/// does.
void run_agent(const std::string& folder);

}  // namespace sluice::tests
