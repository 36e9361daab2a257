#include "executors/evidence.h"

#include <algorithm>
#include <utility>

#include "executors/attempt_files.h"

namespace sluice::executors {

Evidence look_for_evidence(Disk& disk, const std::string& folder, const Token& token) {
  Evidence evidence;
  // The folder is listed rather than files looked up: a network file system remembers for a while that a name
  // was absent, but has to ask for a listing.
  const auto entries = disk.list(folder);
  if (!entries) return evidence;
  bool has_record = false;
  for (const auto& entry : *entries) {
    if (entry.name.starts_with("exit.") && entry.name.ends_with(".json")) has_record = true;
    if (entry.name == "claim") (entry.kind == FileKind::folder ? evidence.barred : evidence.claimed) = true;
    if (entry.name == "claim" || entry.name.starts_with("claim."))
      if (entry.name.find(".tmp-") == std::string::npos) ++evidence.claims;
    if (!entry.name.starts_with("beat.")) continue;
    if (const auto stat = disk.stat(join_path(folder, entry.name)); stat && stat->exists())
      evidence.beat = std::max(evidence.beat, stat->mtime_ns);
  }
  if (!has_record) return evidence;
  auto record = find_exit_record(disk, folder, "");
  if (!record) {
    evidence.damage = to_string(record.error());
  } else if (*record && (*record)->token == token) {
    evidence.record = std::move(**record);
  } else if (*record) {
    evidence.damage = "the exit record in " + folder + " belongs to " + (*record)->token;
  }
  return evidence;
}

Result<bool> bar(Disk& disk, const std::string& folder) {
  const auto there = disk.stat(folder);
  if (!there) return there.error();
  if (!there->exists()) return true;  // a runner would find nothing in it to start
  const std::string path = claim_path(folder);
  const std::string made = path + ".tmp-bar";
  if (auto done = disk.make_folders(made); !done) return std::move(done).error();
  if (auto moved = disk.rename(made, path); !moved) {
    (void)disk.remove_tree(made);
    const auto claim = disk.stat(path);
    if (!claim || !claim->exists()) return std::move(moved).error();
    return claim->kind == FileKind::folder;
  }
  return true;
}

Status unbar(Disk& disk, const std::string& folder) {
  const std::string path = claim_path(folder);
  const auto there = disk.stat(path);
  if (!there || there->kind != FileKind::folder) return Ok{};
  return disk.remove_tree(path);
}

}  // namespace sluice::executors
