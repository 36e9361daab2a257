#include "executors/external/evidence.h"

#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"
#include "executors/attempt_files.h"
#include "executors/attempt_json.h"

namespace sluice::executors::external {

namespace {

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
  if (evidence.claims == 0 || evidence.barred) return evidence;
  const auto claim = read_claim(disk, claim_path(folder));
  // Started again, the first one's process says nothing.
  if (claim && evidence.claims == 1) evidence.runner = liveness_of(*claim, processes);
  return evidence;
}

}  // namespace sluice::executors::external
