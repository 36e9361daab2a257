#include "engine/handoff/request.h"

#include <array>
#include <limits>

#include "engine/base/units.h"
#include "engine/handoff/json_file.h"

namespace sluice::handoff {

namespace {

constexpr std::array<std::string_view, 5> commands = {"none", "run_until", "checkpoint", "stop", "cancel"};

/// Nothing for a count that is absent; an error for one that makes no sense.
Status read_count(const json::object& object, const char* key, int least, const std::string& path,
                  std::optional<int>& count) {
  if (!object.contains(key)) return Ok{};
  const auto number = json_int(object, key);
  if (!number || *number < least || *number > std::numeric_limits<int>::max())
    return missing_member(path, key);
  count = static_cast<int>(*number);
  return Ok{};
}

Status read_resources(const json::object& object, const std::string& path, RunResources& resources) {
  if (auto read = read_count(object, "cpus", 1, path, resources.cpus); !read) return read;
  if (auto read = read_count(object, "gpus", 0, path, resources.gpus); !read) return read;
  if (auto read = read_count(object, "ranks", 1, path, resources.ranks); !read) return read;
  if (auto read = read_count(object, "scale", 1, path, resources.scale); !read) return read;
  if (object.contains("memory")) {
    const auto bytes = parse_bytes(json_string(object, "memory").value_or(""));
    if (!bytes) return Error{"memory: " + bytes.error().what, path, bytes.error().hint, ErrorKind::usage};
    resources.memory_bytes = *bytes;
  }
  if (object.contains("time")) {
    const auto seconds = parse_seconds(json_string(object, "time").value_or(""));
    if (!seconds) return Error{"time: " + seconds.error().what, path, seconds.error().hint, ErrorKind::usage};
    resources.time_s = *seconds;
  }
  return Ok{};
}

json::object to_json(const RunResources& resources) {
  json::object object;
  if (resources.cpus) object["cpus"] = *resources.cpus;
  if (resources.gpus) object["gpus"] = *resources.gpus;
  if (resources.ranks) object["ranks"] = *resources.ranks;
  if (resources.scale) object["scale"] = *resources.scale;
  if (resources.memory_bytes) object["memory"] = std::to_string(*resources.memory_bytes) + " B";
  if (resources.time_s) object["time"] = std::to_string(*resources.time_s) + " s";
  return object;
}

/// A file that was copied into another trial's folder, or renamed, must not be taken for that trial's.
Status check_id(const json::object& object, const std::string& path, std::int64_t trial,
                std::optional<int> run) {
  const char* const hint = "was it copied or renamed?";
  if (json_int(object, "trial") != trial)
    return Error{"it does not say that it is of trial " + std::to_string(trial), path, hint,
                 ErrorKind::usage};
  if (run && json_int(object, "run") != *run)
    return Error{"it does not say that it is of run " + std::to_string(*run), path, hint, ErrorKind::usage};
  return Ok{};
}

}  // namespace

std::string_view to_string(Command command) { return commands.at(static_cast<std::size_t>(command)); }

Status write(Disk& disk, const std::string& folder, const Spec& spec) {
  return write_json_file(disk, join_path(folder, spec_file),
                         {{"trial", spec.trial}, {"seed", spec.seed}, {"parameters", spec.parameters}},
                         Sync::yes);
}

Status write(Disk& disk, const std::string& folder, const RunRequest& request) {
  json::object object{{"trial", request.id.trial}, {"run", request.id.run}, {"until", request.until}};
  if (request.resources != RunResources{}) object["resources"] = to_json(request.resources);
  return write_json_file(disk, join_path(folder, run_file(request.id.run)), object, Sync::yes);
}

Status write(Disk& disk, const std::string& folder, const Control& control) {
  json::object object{{"trial", control.id.trial},
                      {"run", control.id.run},
                      {"seq", control.seq},
                      {"command", to_string(control.command)}};
  if (control.command == Command::run_until) object["until"] = control.until;
  return write_json_file(disk, join_path(folder, control_file), object, Sync::no);
}

Result<Spec> read_spec(Disk& disk, const std::string& folder) {
  const std::string path = join_path(folder, spec_file);
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  const auto trial = json_int(*object, "trial");
  const auto* parameters = json_object(*object, "parameters");
  if (!trial) return missing_member(path, "trial");
  if (parameters == nullptr) return missing_member(path, "parameters");
  return Spec{*trial, json_int(*object, "seed").value_or(0), *parameters};
}

Result<RunRequest> read_run(Disk& disk, const std::string& folder, TrialRun id) {
  const std::string path = join_path(folder, run_file(id.run));
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  if (auto same = check_id(*object, path, id.trial, id.run); !same) return std::move(same).error();
  RunRequest request{id, 0, {}};
  const auto until = json_int(*object, "until");
  if (!until) return missing_member(path, "until");
  request.until = *until;
  if (const auto* resources = json_object(*object, "resources"))
    if (auto read = read_resources(*resources, path, request.resources); !read)
      return std::move(read).error();
  return request;
}

Result<Control> read_control(Disk& disk, const std::string& folder) {
  const std::string path = join_path(folder, control_file);
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  Control control;
  const auto trial = json_int(*object, "trial");
  const auto run = json_int(*object, "run");
  const auto seq = json_int(*object, "seq");
  const auto command = json_string(*object, "command");
  if (!trial) return missing_member(path, "trial");
  if (!run || *run < 0 || *run > most_runs) return missing_member(path, "run");
  if (!seq) return missing_member(path, "seq");
  if (!command) return missing_member(path, "command");
  control.id = {*trial, static_cast<int>(*run)};
  control.seq = *seq;
  control.until = json_int(*object, "until").value_or(0);
  // A command of a later version is none of ours.
  for (std::size_t i = 0; i < commands.size(); ++i)
    if (commands.at(i) == *command) control.command = static_cast<Command>(i);
  return control;
}

}  // namespace sluice::handoff
