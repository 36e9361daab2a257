#include "engine/base/data_file.h"

#include <algorithm>

#include "engine/base/diagnostics.h"

namespace sluice {

namespace {

/// The names that would have worked.
std::vector<std::string> names_there(Disk& disk, const std::vector<std::string>& folders,
                                     const std::string& kind, const std::string& suffix) {
  std::vector<std::string> names;
  for (const std::string& folder : folders) {
    const auto entries = disk.list(join_path(folder, kind));
    if (!entries) continue;
    for (const FolderEntry& entry : *entries)
      if (entry.name.size() > suffix.size() && entry.name.ends_with(suffix))
        names.push_back(entry.name.substr(0, entry.name.size() - suffix.size()));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string hint_for(const std::string& value, const std::vector<std::string>& names,
                     const std::vector<std::string>& folders, const std::string& kind) {
  std::string hint = suggest(value, names);
  if (!names.empty()) return hint;
  hint = "looked in";
  for (const std::string& folder : folders) hint += " " + join_path(folder, kind);
  return hint + "; SLUICE_DATA=FOLDER adds a folder";
}

}  // namespace

std::vector<std::string> data_folders(std::string_view sluice_data, const std::string& program_folder) {
  std::vector<std::string> folders;
  while (!sluice_data.empty()) {
    const std::size_t end = std::min(sluice_data.find(':'), sluice_data.size());
    if (end > 0) folders.emplace_back(sluice_data.substr(0, end));
    sluice_data.remove_prefix(std::min(end + 1, sluice_data.size()));
  }
  if (!program_folder.empty()) folders.push_back(absolute_path(program_folder + "/../share/sluice/data"));
  return folders;
}

Result<std::string> find_data_file(Disk& disk, const std::vector<std::string>& folders,
                                   const std::string& kind, const std::string& suffix,
                                   const std::string& value) {
  const auto is_file = [&](const std::string& path) {
    const auto stat = disk.stat(path);
    return stat && stat->kind == FileKind::file;
  };
  if (value.find('/') != std::string::npos || value.ends_with(suffix)) {
    if (is_file(value)) return value;
    return Error{"there is no file '" + value + "'", "",
                 "write a path that exists, or the name of a file in " + kind, ErrorKind::usage};
  }
  for (const std::string& folder : folders)
    if (const std::string path = join_path(join_path(folder, kind), value + suffix); is_file(path))
      return path;
  return Error{"there is no '" + value + "' in " + kind, "",
               hint_for(value, names_there(disk, folders, kind, suffix), folders, kind), ErrorKind::usage};
}

}  // namespace sluice
