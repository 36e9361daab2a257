#include "stages/stage/state.h"

#include <random>

namespace sluice::stage {

namespace {

/// Two processes in one folder (the zombie and its successor) must not meet in a temporary name.
const std::string& own_suffix() {
  static const std::string suffix = [] {
    std::random_device random;
    return ".next-" +
           to_hex({(std::uint64_t{random()} << 32U) | random(), (std::uint64_t{random()} << 32U) | random()});
  }();
  return suffix;
}

std::string_view without_newline(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

State::State(Disk& disk, std::string folder, Fence fence)
    : disk_(disk), folder_(std::move(folder)), fence_(std::move(fence)) {}

Result<std::optional<std::string>> State::read(const std::string& name) const {
  const std::string path = join_path(folder_, name);
  const auto stat = disk_.stat(path);
  if (!stat) return stat.error();
  if (!stat->exists()) return std::optional<std::string>();
  auto bytes = disk_.read(path);
  if (!bytes) return std::move(bytes).error();
  return std::optional(*std::move(bytes));
}

Status State::check_fence() const {
  if (fence_.file.empty()) return Ok{};
  const auto owner = disk_.read(fence_.file);
  if (owner && without_newline(*owner) == fence_.token) return Ok{};
  return Error{owner ? "another attempt of this task owns the state folder now, so this one ends"
                     : "can't tell whether this attempt still owns the state folder: " + owner.error().what,
               fence_.file, "nothing is lost: the attempt that took over goes on", ErrorKind::io};
}

Status State::commit(const std::string& name, std::string_view bytes) {
  const std::string path = join_path(folder_, name);
  const std::string next = path + own_suffix();
  if (auto written = disk_.write(next, bytes, Sync::yes); !written) return written;
  if (auto owned = check_fence(); !owned) {
    (void)disk_.remove_tree(next);
    return owned;
  }
  auto renamed = disk_.rename(next, path);
  if (renamed) ++commits_;
  return renamed;
}

Result<State> open_state(Disk& disk, const std::string& folder, Fence fence) {
  if (auto made = disk.make_folders(folder); !made) return std::move(made).error();
  State state(disk, absolute_path(folder), std::move(fence));
  if (auto owned = state.check_fence(); !owned) return std::move(owned).error();
  auto entries = disk.list(state.folder());
  if (!entries) return std::move(entries).error();
  // What an attempt that was killed left half-written; if it still lives somewhere, its rename will fail.
  for (const FolderEntry& entry : *entries)
    if (entry.name.find(".next-") != std::string::npos)
      if (auto removed = disk.remove_tree(join_path(state.folder(), entry.name)); !removed)
        return std::move(removed).error();
  return state;
}

}  // namespace sluice::stage
