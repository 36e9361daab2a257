#include "executors/slurm/batch_files.h"

#include <array>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "executors/attempt_json.h"
#include "executors/slurm/job_script.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

constexpr std::string_view record_ending = ".json";

json::object record_json(const BatchRecord& record) {
  json::array tasks;
  for (std::size_t i = 0; i < record.tokens.size(); ++i)
    tasks.push_back(json::object{{"token", record.tokens[i]}, {"folder", record.folders[i]}});
  json::object object{{"batch", record.id}, {"name", record.name}, {"tasks", std::move(tasks)}};
  if (!record.job.empty()) object["job"] = record.job;
  object["cpus"] = record.resources.cpus;
  object["memory_bytes"] = static_cast<std::int64_t>(record.resources.memory_bytes);
  object["gpus"] = record.resources.gpus;
  object["ranks"] = record.resources.ranks;
  object["time_s"] = record.resources.time_s;
  object["avoid_nodes"] = json::array(record.avoid_nodes.begin(), record.avoid_nodes.end());
  return object;
}

std::optional<BatchRecord> record_from_json(const json::object& object) {
  const auto id = json_string(object, "batch");
  const auto* tasks = json_array(object, "tasks");
  if (!id || tasks == nullptr || tasks->empty()) return std::nullopt;
  BatchRecord record;
  record.id = *id;
  record.name = json_string(object, "name").value_or("");
  record.job = json_string(object, "job").value_or("");
  for (const auto& value : *tasks) {
    const auto* task = value.if_object();
    if (task == nullptr) return std::nullopt;
    const auto token = json_string(*task, "token");
    const auto folder = json_string(*task, "folder");
    if (!token || !folder) return std::nullopt;
    record.tokens.push_back(*token);
    record.folders.push_back(*folder);
  }
  record.resources.cpus = static_cast<int>(json_int(object, "cpus").value_or(1));
  record.resources.memory_bytes = static_cast<std::uint64_t>(json_int(object, "memory_bytes").value_or(0));
  record.resources.gpus = static_cast<int>(json_int(object, "gpus").value_or(0));
  record.resources.ranks = static_cast<int>(json_int(object, "ranks").value_or(1));
  record.resources.time_s = json_double(object, "time_s").value_or(0);
  if (const auto* nodes = json_array(object, "avoid_nodes"))
    for (const auto& node : *nodes)
      if (node.is_string()) record.avoid_nodes.emplace_back(node.get_string());
  return record;
}

/// sbatch replaces %j and its like in the names of output files.
std::string without_patterns(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

}  // namespace

Status BatchFiles::write_spec(const AttemptSpec& attempt) {
  return disk_.write(spec_path(attempt.folder), encode_attempt_file(file_for_node(config_, attempt)),
                     Sync::no);
}

Status BatchFiles::write_batch(const BatchRecord& record) {
  if (auto made = disk_.make_folders(config_.folder); !made) return made;
  const JobRequest request = request_for(record);
  const ScriptPaths paths{spec_path(record.folders.front()), path(record.id, ".list")};
  if (request.is_array()) {
    std::string list;
    for (const auto& folder : record.folders) list += spec_path(folder) + "\n";
    if (auto written = disk_.write(paths.list, list, Sync::no); !written) return written;
  }
  if (auto written = disk_.write(script_path(record.id), job_script(config_, request, paths), Sync::no);
      !written)
    return written;
  return write_record(record);
}

Status BatchFiles::write_record(const BatchRecord& record) {
  return disk_.write(path(record.id, ".json"), json::serialize(record_json(record)) + "\n", Sync::yes);
}

std::vector<BatchRecord> BatchFiles::read_all(std::vector<Error>& problems) {
  std::vector<BatchRecord> records;
  const auto folder = disk_.stat(config_.folder);
  if (folder && !folder->exists()) return records;
  auto entries = disk_.list(config_.folder);
  if (!entries) {
    problems.push_back(std::move(entries).error());
    return records;
  }
  for (const auto& entry : *entries) {
    if (!entry.name.ends_with(record_ending)) continue;
    const std::string file = config_.folder + "/" + entry.name;
    const auto bytes = disk_.read(file);
    if (!bytes) {
      problems.push_back(bytes.error());
      continue;
    }
    const auto value = parse_own_json(*bytes, file);
    auto record = value && value->is_object() ? record_from_json(value->get_object()) : std::nullopt;
    if (record)
      records.push_back(std::move(*record));
    else
      problems.push_back({"a damaged record of submitted jobs", file, "", ErrorKind::data});
  }
  return records;
}

std::int64_t BatchFiles::age_mark(const std::string& id) {
  const auto stat = disk_.stat(path(id, ".json"));
  return stat && stat->exists() ? stat->mtime_ns : 0;
}

void BatchFiles::remove(const std::string& id) {
  // The record goes last: as long as it is there, the rest may be needed.
  for (const char* ending : {".list", ".sh", ".out", ".json"})
    if (!disk_.remove_tree(path(id, ending))) return;
}

JobRequest BatchFiles::request_for(const BatchRecord& record) const {
  return {record.id,
          record.tokens,
          record.name,
          script_path(record.id),
          without_patterns(output_path(record.id)),
          record.resources,
          record.avoid_nodes};
}

std::string BatchFiles::output_tail(const std::string& id) {
  constexpr std::size_t most_bytes = 300;
  constexpr std::size_t most_lines = 3;
  const auto stat = disk_.stat(output_path(id));
  constexpr std::uint64_t too_big = 8U << 20U;  // a prologue gone wild; nothing we could quote would help
  if (!stat || !stat->exists() || stat->size == 0 || stat->size > too_big) return "";
  const auto bytes = disk_.read(output_path(id));
  if (!bytes) return "";
  const auto lines = lines_of(*bytes);
  std::string tail;
  const std::size_t first = lines.size() > most_lines ? lines.size() - most_lines : 0;
  for (std::size_t i = first; i < lines.size(); ++i)
    tail += (tail.empty() ? "" : " | ") + printable(trimmed(lines[i]));
  return tail.size() > most_bytes ? "..." + tail.substr(tail.size() - most_bytes) : tail;
}

}  // namespace sluice::executors::slurm
