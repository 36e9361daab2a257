#include "engine/workflow/file_pattern.h"

#include <algorithm>

namespace sluice::workflow {

namespace {

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// Pattern parts after each '/', walked one folder at a time.
class Walk {
 public:
  Walk(Disk& disk, std::string_view pattern) : disk_(disk) {
    for (std::size_t begin = 0; begin <= pattern.size();) {
      const std::size_t end = std::min(pattern.find('/', begin), pattern.size());
      if (end > begin) parts_.push_back(pattern.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  std::vector<std::string> found;

  Status visit(const std::string& path, std::size_t depth) {
    if (depth == parts_.size()) return visit_leaf(path);
    if (!has_wildcard(parts_[depth])) return visit(join_path(path, parts_[depth]), depth + 1);
    const auto stat = disk_.stat(path);
    if (!stat) return stat.error();
    if (stat->kind != FileKind::folder) return Ok{};
    const auto entries = disk_.list(path);
    if (!entries) return entries.error();
    for (const FolderEntry& entry : *entries) {
      if (!matches(entry.name, parts_[depth])) continue;
      if (auto status = visit(join_path(path, entry.name), depth + 1); !status) return status;
    }
    return Ok{};
  }

 private:
  Status visit_leaf(const std::string& path) {
    const auto stat = disk_.stat(path);
    if (!stat) return stat.error();
    if (stat->kind == FileKind::file) found.push_back(path);
    return Ok{};
  }

  Disk& disk_;
  std::vector<std::string_view> parts_;
};

}  // namespace

bool matches(std::string_view name, std::string_view pattern) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::size_t n = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;  // the last '*' seen, and how much of the name it has taken
  std::size_t taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++n;
      ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::vector<std::string>> find_files(Disk& disk, const std::string& folder, std::string_view pattern) {
  if (pattern.find("**") != std::string_view::npos)
    return Error{"'**' is no pattern", "", "a '*' stands for one name: data/*/*.root"};
  Walk walk(disk, pattern);
  const std::string start = pattern.starts_with('/') ? "/" : folder;
  if (auto status = walk.visit(start, 0); !status) return status.error();
  if (walk.found.empty())
    return Error{"no file matches '" + std::string(pattern) + "'", "", "looked below " + start};
  std::sort(walk.found.begin(), walk.found.end());
  return std::move(walk.found);
}

std::string stem(std::string_view path) {
  const std::string name = file_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace sluice::workflow
