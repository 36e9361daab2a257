#include "executors/local/ended_attempts.h"

#include "executors/runner/journal.h"
#include "executors/runner/journal_lines.h"
#include "executors/runner/settle.h"

namespace sluice::executors {

std::unordered_set<Token> ended_attempts(Disk& disk, const std::string& runners_folder) {
  std::unordered_set<Token> ended;
  const auto runners = disk.list(runners_folder);
  if (!runners) return ended;
  for (const FolderEntry& runner : *runners) {
    const std::string folder = join_path(runners_folder, runner.name);
    JournalState state;
    // A line of its own: the journal's last one may be torn.
    for (const std::string& path : {journal_path(folder), settled_path(folder)})
      if (const auto bytes = disk.read(path)) state.feed(*bytes + "\n");
    for (const auto& [token, entry] : state.entries())
      if (entry.ended()) ended.insert(token);
  }
  return ended;
}

}  // namespace sluice::executors
