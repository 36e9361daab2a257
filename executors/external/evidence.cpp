#include "executors/external/evidence.h"

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
  Evidence evidence{executors::look_for_evidence(disk, folder, token), Liveness::unknown};
  if (evidence.claims == 0) return evidence;
  const auto claim = read_claim(disk, claim_path(folder));
  evidence.claimed = !claim || json_string(*claim, "job") != barred;
  // Started again, the first one's process says nothing.
  if (claim && evidence.claims == 1) evidence.runner = liveness_of(*claim, processes);
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
