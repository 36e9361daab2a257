#include "executors/external/find_plugin.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "engine/base/disk.h"
#include "engine/base/process.h"

namespace sluice::executors::external {

namespace {

constexpr std::string_view prefix = "sluice-executor-";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> folders_of(const PluginPlaces& places) {
  std::vector<std::string> folders;
  const std::string all =
      places.executor_path + ":" + places.workflow_folder + ":" + places.own_folder + ":" + places.path;
  for (std::size_t begin = 0; begin <= all.size();) {
    const std::size_t end = std::min(all.find(':', begin), all.size());
    const std::string folder = all.substr(begin, end - begin);
    // An empty one would mean the working folder: a program there is not ours to run unasked.
    if (!folder.empty() && std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(folder);
    begin = end + 1;
  }
  return folders;
}

std::string look_for(const std::string& program, const PluginPlaces& places) {
  for (const auto& folder : folders_of(places))
    if (std::string path = find_program(join_path(absolute_path(folder), program), ""); !path.empty())
      return path;
  return "";
}

/// A file of that name that lacks the permission: the usual mistake with a new script.
std::string not_executable(const std::string& program, const PluginPlaces& places) {
  RealDisk disk;
  for (const auto& folder : folders_of(places)) {
    std::string path = join_path(absolute_path(folder), program);
    if (const auto stat = disk.stat(path); stat && stat->kind == FileKind::file) return path;
  }
  return "";
}

}  // namespace

PluginPlaces usual_places() {
  return {environment("SLUICE_EXECUTOR_PATH"), "", own_program_folder(), environment("PATH")};
}

Result<FoundPlugin> find_plugin(const std::string& name, const PluginPlaces& places) {
  const std::string program = std::string(prefix) + name;
  if (const std::string path = look_for(program, places); !path.empty()) return FoundPlugin{name, path};
  if (const std::string path = not_executable(program, places); !path.empty())
    return Error{"the plug-in of the executor '" + name + "' can't be executed: " + path, "",
                 "make it executable: chmod +x " + shell_word(path), ErrorKind::data};
  return Error{
      "there is no executor '" + name + "': it is not built in, and there is no program " + program, "",
      "put it beside the workflow file or into a folder of SLUICE_EXECUTOR_PATH or PATH, or name it: "
      "program = \"/path/of/it\"; "
      "`sluice executor list` shows what is there",
      ErrorKind::data};
}

Result<std::string> find_program_of_plugin(const std::string& program, const std::string& folder,
                                           const PluginPlaces& places) {
  const bool is_path = program.find('/') != std::string::npos;
  const std::string path =
      is_path ? find_program(program.front() == '/' ? program : join_path(folder, program), "")
              : look_for(program, places);
  if (!path.empty()) return absolute_path(path);
  const std::string there = is_path
                                ? absolute_path(program.front() == '/' ? program : join_path(folder, program))
                                : not_executable(program, places);
  if (const auto stat = RealDisk().stat(there); stat && stat->kind == FileKind::file)
    return Error{"the plug-in can't be executed: " + there, "",
                 "make it executable: chmod +x " + shell_word(there), ErrorKind::data};
  return Error{"the plug-in is not there, or can't be executed", program,
               is_path ? "a relative path begins in " + folder
                       : "it was looked for beside the workflow file, in SLUICE_EXECUTOR_PATH and in PATH",
               ErrorKind::data};
}

std::vector<FoundPlugin> list_plugins(const PluginPlaces& places) {
  std::vector<FoundPlugin> found;
  RealDisk disk;
  for (const auto& folder : folders_of(places)) {
    const auto entries = disk.list(absolute_path(folder));
    if (!entries) continue;
    for (const auto& entry : *entries) {
      if (!entry.name.starts_with(prefix) || entry.name.size() == prefix.size()) continue;
      const std::string name = entry.name.substr(prefix.size());
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const auto& each) { return each.name == name; });
      const std::string path = find_program(join_path(absolute_path(folder), entry.name), "");
      if (!known && !path.empty()) found.push_back({name, path});
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

}  // namespace sluice::executors::external
