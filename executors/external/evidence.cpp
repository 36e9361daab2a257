#include "executors/external/evidence.h"

#include <algorithm>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"
#include "executors/attempt_files.h"
#include "executors/attempt_json.h"
#include "executors/runner/claim.h"

namespace sluice::executors::external {

namespace {

/// As a job: the name under which nobody runs an attempt.
constexpr const char* barred = "barred";

std::optional<json::object> read_claim(Disk& disk, const std::string& path) {
  const auto bytes = disk.read(path);
  const auto text = bytes ? open_line(*bytes) : std::nullopt;
  const auto value = text ? parse_own_json(*text, path) : Result<json::value>(Error{"damaged", path, ""});
  if (!value || !value->is_object()) return std::nullopt;
  return value->get_object();
}

Liveness liveness_of(const json::object& claim, Processes& processes) {
  ProcessId runner{json_string(claim, "host").value_or(""), json_string(claim, "boot_id").value_or(""),
                   json_int(claim, "pid").value_or(0),
                   static_cast<std::uint64_t>(json_int(claim, "start_ticks").value_or(0))};
  return runner.pid <= 0 || runner.host.empty() ? Liveness::unknown : processes.liveness(runner);
}

}  // namespace

Evidence look_for_evidence(Disk& disk, Processes& processes, const std::string& folder, const Token& token) {
  Evidence evidence;
  // The folder is listed rather than files looked up: a network file system remembers for a while that a name
  // was absent, but has to ask for a listing.
  const auto entries = disk.list(folder);
  if (!entries) return evidence;
  bool has_record = false;
  std::size_t claims = 0;
  for (const auto& entry : *entries) {
    if (entry.name.starts_with("exit.") && entry.name.ends_with(".json")) has_record = true;
    if (entry.name == "claim" || entry.name.starts_with("claim.")) {
      if (entry.name.find(".tmp-") == std::string::npos) ++claims;
    }
    if (!entry.name.starts_with("beat.")) continue;
    if (const auto stat = disk.stat(join_path(folder, entry.name)); stat && stat->exists())
      evidence.beat = std::max(evidence.beat, stat->mtime_ns);
  }
  if (claims > 0) {
    const auto claim = read_claim(disk, claim_path(folder));
    evidence.claimed = !claim || json_string(*claim, "job") != barred;
    // With more than one claim the batch system has started the job again: the first one's process says
    // nothing.
    if (claim && claims == 1) evidence.runner = liveness_of(*claim, processes);
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

Result<bool> bar(const std::string& folder, const Token& token) {
  auto claim = claim_attempt(folder, token, {barred, 0});
  if (!claim) return std::move(claim).error();
  return claim->won || claim->owner.starts_with(std::string("job ") + barred + ",");
}

Status unbar(Disk& disk, const std::string& folder) {
  const std::string path = claim_path(folder);
  const auto there = disk.stat(path);
  if (!there || !there->exists()) return Ok{};
  const auto claim = read_claim(disk, path);
  if (!claim || json_string(*claim, "job") != barred) return Ok{};
  return disk.remove_tree(path);
}

}  // namespace sluice::executors::external
