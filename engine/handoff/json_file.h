// The small JSON files of a study: one object each, replaced by rename, so that a reader sees the old one or
// the new one.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"

namespace sluice::handoff {

constexpr int protocol_version = 1;
constexpr std::uint64_t largest_file = 1U << 20U;

/// An object with "v": 1. Errors are of kind io (the disk), data (torn, or no file of ours) or usage (whole,
/// but not what it should be: nobody will mend it by waiting).
Result<json::object> read_json_file(Disk& disk, const std::string& path);
/// Adds "v": 1 in front.
Status write_json_file(Disk& disk, const std::string& path, const json::object& object, Sync sync);

/// Numbers by name. Those that are not finite are written as null, and read back as not-a-number.
json::object metrics_to_json(const std::vector<std::pair<std::string, double>>& metrics);
std::vector<std::pair<std::string, double>> metrics_from_json(const json::object& object);

Error missing_member(const std::string& path, const std::string& member);

}  // namespace sluice::handoff
