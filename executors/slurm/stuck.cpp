#include "executors/slurm/stuck.h"

#include "engine/base/clock.h"

namespace sluice::executors::slurm {

void StuckJobs::begin_look() {
  for (auto& [reason, entry] : entries_) entry.count = 0;
}

void StuckJobs::saw(const std::string& reason, const std::string& words) {
  Entry& entry = entries_[reason];
  if (entry.count++ == 0) entry.words = words;
}

std::vector<std::string> StuckJobs::end_look(std::int64_t now_ns) {
  constexpr std::int64_t patience_ns = 120 * ns_per_s;
  std::vector<std::string> warnings;
  std::erase_if(entries_, [](const auto& item) { return item.second.count == 0; });
  for (auto& [reason, entry] : entries_) {
    if (entry.since_ns == 0) entry.since_ns = now_ns;
    if (entry.warned || now_ns - entry.since_ns < patience_ns) continue;
    entry.warned = true;
    warnings.push_back((entry.count == 1 ? "a job waits" : std::to_string(entry.count) + " jobs wait") +
                       " and won't start without help: " + entry.words);
  }
  return warnings;
}

}  // namespace sluice::executors::slurm
