#include "engine/workflow/program.h"

#include <algorithm>
#include <future>

namespace sluice::workflow {

bool Programs::is_executable(const std::string& path) {
  const auto stat = disk_.stat(path);
  return stat && stat->kind == FileKind::file && stat->executable;
}

Result<std::string> Programs::find_path(const std::string& name) {
  const std::string path = absolute_path(join_path(folder_, name));
  const auto stat = disk_.stat(path);
  if (!stat) return stat.error();
  if (stat->kind == FileKind::missing) return Error{"there is no program " + path, "", ""};
  if (stat->kind != FileKind::file) return Error{path + " is no program", "", ""};
  if (!stat->executable) return Error{path + " is not executable", "", "chmod +x " + path};
  return path;
}

Result<std::string> Programs::find(const std::string& name) {
  if (name.find('/') != std::string::npos) return find_path(name);
  if (!options_.program_folder.empty())
    if (std::string path = join_path(options_.program_folder, name); is_executable(path)) return path;
  std::string_view rest = options_.search_path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0)
      if (std::string path = absolute_path(join_path(rest.substr(0, end), name)); is_executable(path))
        return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Error{"there is no program '" + name + "'", "", hint_for(name)};
}

std::string Programs::hint_for(const std::string& name) {
  std::vector<std::string> own;
  if (const auto entries = disk_.list(options_.program_folder); entries)
    for (const FolderEntry& entry : *entries)
      if (entry.name.starts_with("sluice-")) own.push_back(entry.name);
  if (const std::string near = nearest(name, own); !near.empty()) return "did you mean '" + near + "'?";
  const std::string beside = options_.program_folder.empty() ? "" : options_.program_folder + " and ";
  return "looked in " + beside + "PATH; a path with a slash is relative to the workflow file";
}

Result<std::shared_ptr<const Description>> Programs::ask(const std::string& path) const {
  const auto object = describe_(path);
  if (!object) return object.error();
  auto description = read_description(*object);
  if (!description) return description.error();
  return std::make_shared<const Description>(*std::move(description));
}

void Programs::ask_all(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<std::future<Result<std::shared_ptr<const Description>>>> answers;
  for (const std::string& path : paths)
    answers.push_back(std::async(std::launch::async, [this, &path] { return ask(path); }));
  for (std::size_t i = 0; i < paths.size(); ++i) descriptions_.emplace(paths[i], answers[i].get());
}

Result<std::shared_ptr<const Description>> Programs::description(const std::string& path) {
  if (const auto known = descriptions_.find(path); known != descriptions_.end()) return known->second;
  return descriptions_.emplace(path, ask(path)).first->second;
}

}  // namespace sluice::workflow
