#include "engine/workflow/output_paths.h"

#include "engine/base/text.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t longest_path = 3000;      // leaves room for the run folder within PATH_MAX
constexpr std::size_t longest_component = 200;  // leaves room for names like NAME.part within NAME_MAX
constexpr std::uint32_t empty_slot = 0xffffffff;

std::string component_problem(std::string_view component, bool first) {
  if (component.empty()) return "holds an empty name ('//', or a '/' at an end)";
  if (component == "." || component == "..") return "holds '" + std::string(component) + "'";
  if (component.size() > longest_component) return "holds a name of more than 200 bytes";
  if (first && component == ".sluice") return "lies in .sluice, which belongs to the engine";
  return {};
}

/// FNV-1a, because it can be carried on from a folder to what is in it.
struct PrefixHash {
  std::uint64_t value = 14695981039346656037ULL;
  void add(char c) { value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL; }
  /// The low bits of FNV are its weakest; a table takes them.
  std::uint64_t mixed() const { return value ^ (value >> 29U) ^ (value >> 47U); }
};

class PathTable {
 public:
  explicit PathTable(std::span<const std::string> paths) : paths_(paths) {
    std::size_t size = 16;
    while (size < 2 * paths.size()) size *= 2;
    slots_.assign(size, empty_slot);
  }

  /// The index of the path that is there already, or nothing once it is added.
  std::optional<std::size_t> add(std::size_t index) {
    PrefixHash hash;
    for (const char c : paths_[index]) hash.add(c);
    std::uint32_t& slot = slot_of(paths_[index], hash);
    if (slot != empty_slot) return slot;
    slot = static_cast<std::uint32_t>(index);
    return std::nullopt;
  }

  std::optional<std::size_t> find(std::string_view path, const PrefixHash& hash) {
    const std::uint32_t slot = slot_of(path, hash);
    return slot == empty_slot ? std::nullopt : std::optional<std::size_t>(slot);
  }

 private:
  std::uint32_t& slot_of(std::string_view path, const PrefixHash& hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash.mixed() & mask;
    while (slots_[at] != empty_slot && paths_[slots_[at]] != path) at = (at + 1) & mask;
    return slots_[at];
  }

  std::span<const std::string> paths_;
  std::vector<std::uint32_t> slots_;
};

/// The nearest folder above `path` that is an output itself.
std::optional<std::size_t> output_above(std::string_view path, PathTable& table) {
  PrefixHash hash;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/')
      if (const auto found = table.find(path.substr(0, i), hash)) return found;
    hash.add(path[i]);
  }
  return std::nullopt;
}

}  // namespace

std::string output_path_problem(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.front() == '/') return "is absolute";
  if (path.size() > longest_path) return "is longer than 3000 bytes";
  bool plain = true;
  for (const char c : path) plain = plain && c >= 0x20 && c < 0x7f;
  if (!plain && !is_utf8(path)) return "is not UTF-8";
  if (!plain && has_control(path)) return "holds a control character";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (std::string problem = component_problem(path.substr(begin, end - begin), begin == 0);
        !problem.empty())
      return problem;
    begin = end + 1;
  }
  return {};
}

std::vector<PathClash> find_clashes(std::span<const std::string> paths) {
  std::vector<PathClash> clashes;
  PathTable table(paths);
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (const auto other = table.add(i)) clashes.push_back({*other, i, false});
  std::string_view clean_folder;  // neighbours mostly share a folder: it is looked at once
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::size_t slash = paths[i].rfind('/');
    if (slash == std::string::npos) continue;
    const std::string_view folder = std::string_view(paths[i]).substr(0, slash);
    if (folder == clean_folder) continue;
    if (const auto outer = output_above(paths[i], table))
      clashes.push_back({*outer, i, true});
    else
      clean_folder = folder;
  }
  return clashes;
}

}  // namespace sluice::workflow
