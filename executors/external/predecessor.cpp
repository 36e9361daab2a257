#include "executors/external/predecessor.h"

#include <signal.h>

#include "engine/base/json.h"

namespace sluice::executors::external {

namespace {

std::string path_in(const std::string& folder) { return join_path(folder, "plugin.json"); }

}  // namespace

Status remember_plugin(Disk& disk, const std::string& folder, pid_t pid) {
  const json::object process{{"host", host_name()},
                             {"boot_id", boot_id()},
                             {"pid", pid},
                             {"start_ticks", static_cast<std::int64_t>(process_start_ticks(pid))}};
  return disk.write(path_in(folder), json::serialize(process) + "\n", Sync::no);
}

Predecessor::Predecessor(Disk& disk, Processes& processes, const std::string& folder)
    : processes_(processes) {
  const auto there = disk.stat(path_in(folder));
  if (!there || !there->exists()) return;
  const auto text = disk.read(path_in(folder));
  const auto value = text ? parse_json(*text, "") : Result<json::value>(text.error());
  if (!value || !value->is_object()) return;
  const json::object& object = value->get_object();
  process_ = {json_string(object, "host").value_or(""), json_string(object, "boot_id").value_or(""),
              json_int(object, "pid").value_or(0),
              static_cast<std::uint64_t>(json_int(object, "start_ticks").value_or(0))};
}

bool Predecessor::lives() {
  return process_.pid > 0 && process_.start_ticks > 0 && processes_.liveness(process_) == Liveness::alive;
}

void Predecessor::kill() {
  if (lives()) ::kill(static_cast<pid_t>(process_.pid), SIGKILL);
}

}  // namespace sluice::executors::external
