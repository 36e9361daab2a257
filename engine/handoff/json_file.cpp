#include "engine/handoff/json_file.h"

#include <cmath>
#include <limits>

namespace sluice::handoff {

Result<json::object> read_json_file(Disk& disk, const std::string& path) {
  const auto stat = disk.stat_link(path);
  if (!stat) return stat.error();
  if (stat->kind != FileKind::file) return Error{"it is not a file", path, ""};
  if (stat->size > largest_file) return Error{"it is larger than any file of this kind", path, ""};
  auto text = disk.read(path);
  if (!text) return std::move(text).error();
  if (text->empty()) return Error{"it is empty: was it torn by a power failure?", path, "write it again"};
  auto value = parse_json(*text, path);
  if (!value) return std::move(value).error();
  if (!value->is_object()) return Error{"it holds no JSON object", path, ""};
  const auto version = json_int(value->get_object(), "v");
  if (version != protocol_version)
    return Error{version ? "its version is " + std::to_string(*version) + ", known here is 1"
                         : "it has no version \"v\"",
                 path, "the two sides of a study have to come from the same Sluice", ErrorKind::usage};
  return std::move(value->get_object());
}

Status write_json_file(Disk& disk, const std::string& path, const json::object& object, Sync sync) {
  json::object versioned;
  versioned["v"] = protocol_version;
  for (const auto& [key, member] : object) versioned[key] = member;
  return disk.write(path, json::serialize(versioned) + "\n", sync);
}

json::object metrics_to_json(const std::vector<std::pair<std::string, double>>& metrics) {
  json::object object;
  for (const auto& [name, value] : metrics)
    object[name] = std::isfinite(value) ? json::value(value) : json::value();
  return object;
}

std::vector<std::pair<std::string, double>> metrics_from_json(const json::object& object) {
  std::vector<std::pair<std::string, double>> metrics;
  for (const auto& [name, value] : object)
    if (value.is_number() || value.is_null())
      metrics.emplace_back(name,
                           json_double(object, name).value_or(std::numeric_limits<double>::quiet_NaN()));
  return metrics;
}

Error missing_member(const std::string& path, const std::string& member) {
  return {"its member \"" + member + "\" is missing or of another type", path, "see docs/trial-protocol.md",
          ErrorKind::usage};
}

}  // namespace sluice::handoff
