#include "stages/stage/outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace sluice::stage {

namespace {

/// Before the rename: else a power failure can leave a file of the right name and no bytes.
Status sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error("can't open it", path, errno);
  const int failed = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  // Some file systems can't sync (a pipe, /dev/null): that is no failure of the disk.
  if (failed != 0 && failed != EINVAL && failed != EROFS) return io_error("can't sync it", path, failed);
  return Ok{};
}

}  // namespace

Status OutputPath::write(std::string_view bytes) const { return RealDisk().write(path, bytes, Sync::no); }

Result<std::vector<OutputPath>> Outputs::prepare(const Description& description,
                                                 const std::vector<std::string>& paths,
                                                 const std::vector<std::vector<std::string>>& inputs) {
  std::vector<OutputPath> writable;
  for (std::size_t i = 0; i < description.outputs.size(); ++i) {
    writable.emplace_back();
    if (paths[i].empty()) continue;
    std::string target = paths[i];
    while (target.size() > 1 && target.back() == '/') target.pop_back();
    Pending output{description.outputs[i].name, description.outputs[i].kind, target,
                   target + ".part-" + std::to_string(::getpid())};
    if (auto apart = refuse_overlap(output, inputs); !apart) return std::move(apart).error();
    if (auto ready = prepare_one(output); !ready) return std::move(ready).error();
    writable.back().path = output.part;
    pending_.push_back(std::move(output));
  }
  return writable;
}

/// By device and inode, so that another spelling of a path or a link hides nothing.
Status Outputs::refuse_overlap(const Pending& output, const std::vector<std::vector<std::string>>& inputs) {
  const std::string flag = "--output." + output.name + " " + output.target;
  for (const Pending& other : pending_)
    if ((output.target + "/").starts_with(other.target + "/") ||
        (other.target + "/").starts_with(output.target + "/"))
      return Error{"the output shares its place with --output." + other.name, flag, "name another path",
                   ErrorKind::usage};
  const auto there = disk_.stat(output.target);
  if (!there || !there->exists()) return Ok{};
  for (const auto& paths : inputs)
    for (const std::string& path : paths)
      if (const auto input = disk_.stat(path);
          input && input->exists() && input->device == there->device && input->inode == there->inode)
        return Error{"the output would replace the input " + path, flag, "name another file",
                     ErrorKind::usage};
  return Ok{};
}

Status Outputs::prepare_one(const Pending& output) {
  const std::string flag = "--output." + output.name + " " + output.target;
  const auto stat = disk_.stat(output.target);
  if (!stat) return stat.error();
  const bool is_folder = stat->kind == FileKind::folder;
  if (output.kind == Kind::file && is_folder)
    return Error{"a folder is where the file has to go", flag, "name a file in it", ErrorKind::usage};
  if (stat->kind == FileKind::other)  // a rename would replace /dev/null
    return Error{"a device or pipe is where the output has to go", flag, "name a file", ErrorKind::usage};
  if (output.kind == Kind::folder && stat->exists()) {
    if (!is_folder)
      return Error{"a file is where the output folder has to go", flag, "move it away, or name another one",
                   ErrorKind::usage};
    const auto entries = disk_.list(output.target);
    if (!entries || !entries->empty())
      return Error{"the output folder already exists and is not an empty folder", flag,
                   "move it away, or name another one", ErrorKind::usage};
  }
  if (auto made = disk_.make_folders(parent_path(output.target)); !made) return made;
  if (auto removed = disk_.remove_tree(output.part); !removed) return removed;
  return output.kind == Kind::folder ? disk_.make_folders(output.part) : Status(Ok{});
}

Status Outputs::check_written(const Pending& output) {
  const auto stat = disk_.stat(output.part);
  if (!stat) return stat.error();
  if (!stat->exists())
    return Error{"the stage ended without writing its output '" + output.name + "'", output.target,
                 "this is a bug of the stage: please report it", ErrorKind::internal};
  return output.kind == Kind::file ? sync_file(output.part) : Status(Ok{});
}

Status Outputs::commit() {
  for (const Pending& output : pending_)
    if (auto written = check_written(output); !written) return written;
  for (const Pending& output : pending_)
    if (auto renamed = disk_.rename(output.part, output.target); !renamed) return renamed;
  pending_.clear();
  return Ok{};
}

void Outputs::discard() {
  for (const Pending& output : pending_) (void)disk_.remove_tree(output.part);
  pending_.clear();
}

}  // namespace sluice::stage
