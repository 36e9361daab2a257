#include "executors/runner/claim.h"

#include <utility>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/base/record_line.h"
#include "executors/attempt_json.h"
#include "executors/evidence.h"

namespace sluice::executors {

namespace {

struct ClaimText {
  JobStart start;
  std::string host;
};

std::string claim_text(const Token& token, const JobStart& start) {
  const ProcessId self = RealProcesses().self();
  return seal_line(json::serialize(json::object{{"token", token},
                                                {"job", start.job},
                                                {"restart", start.restart},
                                                {"host", self.host},
                                                {"boot_id", self.boot_id},
                                                {"pid", self.pid},
                                                {"start_ticks", static_cast<std::int64_t>(self.start_ticks)},
                                                {"claimed_ns", RealClock().wall_ns()}}));
}

Result<ClaimText> read_claim(const std::string& path) {
  auto bytes = RealDisk().read(path);
  if (!bytes) return std::move(bytes).error();
  const auto text = open_line(*bytes);
  const auto value = text ? parse_own_json(*text, path) : Result<json::value>(Error{"damaged", path, ""});
  if (!value || !value->is_object())
    return Error{"a claim that can't be read", path, "somebody else may have the attempt: it is left alone",
                 ErrorKind::data};
  const json::object& object = value->get_object();
  return ClaimText{
      {json_string(object, "job").value_or(""), static_cast<int>(json_int(object, "restart").value_or(0))},
      json_string(object, "host").value_or("an unknown node")};
}

std::string owner_of(const ClaimText& claim) {
  if (claim.start.job == barred_claim) return "";
  return "job " + claim.start.job + ", start " + std::to_string(claim.start.restart) + ", on " + claim.host;
}

}  // namespace

Result<Claim> claim_attempt(const std::string& folder, const Token& token, const JobStart& start) {
  RealDisk disk;
  const std::string path = claim_path(folder);
  const std::string text = claim_text(token, start);
  auto made = disk.create(path, text, Sync::yes);
  if (!made) return std::move(made).error();
  if (*made) return Claim{true, ""};
  auto first = read_claim(path);
  if (!first) return std::move(first).error();
  Claim claim{false, owner_of(*first)};
  if (first->start.job != start.job || first->start.restart >= start.restart) return claim;
  auto again = disk.create(path + "." + start.job + "." + std::to_string(start.restart), text, Sync::yes);
  if (!again) return std::move(again).error();
  claim.won = *again;
  return claim;
}

}  // namespace sluice::executors
