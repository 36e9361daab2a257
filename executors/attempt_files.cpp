#include "executors/attempt_files.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "engine/base/record_line.h"
#include "executors/attempt_json.h"

namespace sluice::executors {

namespace {

constexpr std::string_view exit_prefix = "exit.";
constexpr std::string_view exit_suffix = ".json";

/// exit.JOB.RESTART.json, where JOB may hold dots.
std::optional<JobStart> start_of_exit_file(std::string_view name) {
  if (!name.starts_with(exit_prefix) || !name.ends_with(exit_suffix)) return std::nullopt;
  if (name.size() < exit_prefix.size() + exit_suffix.size()) return std::nullopt;
  name.remove_prefix(exit_prefix.size());
  name.remove_suffix(exit_suffix.size());
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  JobStart start{std::string(name.substr(0, dot)), 0};
  const auto digits = name.substr(dot + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), start.restart);
  if (error != std::errc() || end != digits.data() + digits.size() || start.restart < 0) return std::nullopt;
  return start;
}

std::vector<std::string> words_of(const json::object& object, std::string_view key) {
  std::vector<std::string> words;
  if (const auto* array = json_array(object, key))
    for (const auto& word : *array)
      if (word.is_string()) words.emplace_back(word.get_string());
  return words;
}

std::string path_of(const std::string& folder, std::string_view kind, const JobStart& start,
                    std::string_view suffix) {
  return join_path(folder,
                   std::string(kind) + start.job + "." + std::to_string(start.restart) + std::string(suffix));
}

}  // namespace

std::string encode_attempt_file(const AttemptFile& file) {
  json::object object = to_json(file.attempt);
  if (!file.launcher.empty()) object["launcher"] = json::array(file.launcher.begin(), file.launcher.end());
  if (!file.pass_env.empty()) object["pass_env"] = json::array(file.pass_env.begin(), file.pass_env.end());
  return pretty_json(object);
}

Result<AttemptFile> decode_attempt_file(std::string_view text, const std::string& path) {
  auto value = parse_own_json(text, path);
  if (!value) return std::move(value).error();
  const json::object* object = value->if_object();
  if (object == nullptr) return Error{"an attempt must be one JSON object", path, "", ErrorKind::data};
  auto attempt = attempt_from_json(*object, path);
  if (!attempt) return std::move(attempt).error();
  return AttemptFile{std::move(*attempt), words_of(*object, "launcher"), words_of(*object, "pass_env")};
}

std::string claim_path(const std::string& folder) { return join_path(folder, "claim"); }

std::string exit_path(const std::string& folder, const JobStart& start) {
  return path_of(folder, exit_prefix, start, exit_suffix);
}

std::string beat_path(const std::string& folder, const JobStart& start) {
  return path_of(folder, "beat.", start, "");
}

std::string encode_exit_file(const ExitRecord& record) { return seal_line(json::serialize(to_json(record))); }

Result<ExitRecord> decode_exit_file(std::string_view bytes, const std::string& path) {
  const auto text = open_line(bytes);
  if (!text)
    return Error{"a damaged exit record", path, "its check sum is wrong: the attempt counts as lost",
                 ErrorKind::data};
  auto value = parse_own_json(*text, path);
  if (!value) return std::move(value).error();
  if (!value->is_object()) return Error{"an exit record that is no JSON object", path, "", ErrorKind::data};
  return exit_record_from_json(value->get_object(), path);
}

Result<std::optional<ExitRecord>> find_exit_record(Disk& disk, const std::string& folder,
                                                   const std::string& job) {
  auto entries = disk.list(folder);
  if (!entries) return std::move(entries).error();
  std::optional<JobStart> latest;
  for (const auto& entry : *entries) {
    const auto start = start_of_exit_file(entry.name);
    if (!start || (!job.empty() && start->job != job)) continue;
    if (!latest || start->restart > latest->restart) latest = start;
  }
  if (!latest) return std::optional<ExitRecord>();
  const std::string path = exit_path(folder, *latest);
  auto bytes = disk.read(path);
  if (!bytes) return std::move(bytes).error();
  auto record = decode_exit_file(*bytes, path);
  if (!record) return std::move(record).error();
  return std::optional<ExitRecord>(std::move(*record));
}

}  // namespace sluice::executors
