// Jobs that wait for something that won't happen by itself. One sentence for each reason, however many jobs
// it holds up, and only when it has lasted: many reasons pass within a scheduler's turn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::executors::slurm {

class StuckJobs {
 public:
  void begin_look();
  void saw(const std::string& reason, const std::string& words);
  /// The warnings that are due now.
  std::vector<std::string> end_look(std::int64_t now_ns);

 private:
  struct Entry {
    std::int64_t since_ns = 0;
    std::string words;  ///< as the first job was told
    std::size_t count = 0;
    bool warned = false;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace sluice::executors::slurm
