#include "executors/evidence.h"

#include <algorithm>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"
#include "executors/attempt_files.h"
#include "executors/attempt_json.h"

namespace sluice::executors {

namespace {

bool is_bar(Disk& disk, const std::string& path) {
  const auto bytes = disk.read(path);
  const auto text = bytes ? open_line(*bytes) : std::nullopt;
  const auto claim = text ? parse_own_json(*text, path) : Result<json::value>(Error{"damaged", path, ""});
  return claim && claim->is_object() && json_string(claim->get_object(), "job") == barred_claim;
}

}  // namespace

Evidence look_for_evidence(Disk& disk, const std::string& folder, const Token& token) {
  Evidence evidence;
  // The folder is listed rather than files looked up: a network file system remembers for a while that a name
  // was absent, but has to ask for a listing.
  const auto entries = disk.list(folder);
  if (!entries) return evidence;
  bool has_record = false;
  for (const auto& entry : *entries) {
    if (entry.name.starts_with("exit.") && entry.name.ends_with(".json")) has_record = true;
    if (entry.name == "claim") evidence.claimed = true;
    if (entry.name == "claim" || entry.name.starts_with("claim."))
      if (entry.name.find(".tmp-") == std::string::npos) ++evidence.claims;
    if (!entry.name.starts_with("beat.")) continue;
    if (const auto stat = disk.stat(join_path(folder, entry.name)); stat && stat->exists())
      evidence.beat = std::max(evidence.beat, stat->mtime_ns);
  }
  if (evidence.claimed && !has_record && is_bar(disk, claim_path(folder))) {
    evidence.claimed = false;
    evidence.barred = true;
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

Result<bool> bar(Disk& disk, const std::string& folder, const Token& token) {
  const std::string path = claim_path(folder);
  const json::object claim{{"token", token}, {"job", barred_claim}, {"restart", 0}};
  const auto made = disk.create(path, seal_line(json::serialize(claim)), Sync::yes);
  if (made) return *made || is_bar(disk, path);
  const auto there = disk.stat(folder);
  if (there && !there->exists()) return true;  // a runner would find nothing in it to start
  return made.error();
}

Status unbar(Disk& disk, const std::string& folder) {
  const std::string path = claim_path(folder);
  const auto there = disk.stat(path);
  if (!there || !there->exists() || !is_bar(disk, path)) return Ok{};
  return disk.remove_tree(path);
}

}  // namespace sluice::executors
