#include "executors/external/roster.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"
#include "executors/attempt_json.h"

namespace sluice::executors::external {

namespace {

constexpr const char* file_of_roster = "attempts.jsonl";
/// The file is written anew when it is that much longer than what is still of use.
constexpr std::size_t many_lines = 1000;
constexpr std::size_t many_times = 8;

std::string line_of(const Token& token, const RosterEntry& entry) {
  json::object object{{"token", token}, {"folder", entry.folder}};
  if (!entry.handle.empty()) object["handle"] = entry.handle;
  return seal_line(json::serialize(object));
}

}  // namespace

Roster::Roster(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

Roster::~Roster() {
  if (fd_ >= 0) ::close(fd_);
}

Status Roster::open() {
  if (open_) return Ok{};
  if (auto made = disk_.make_folders(folder_); !made) return made;
  const std::string path = join_path(folder_, file_of_roster);
  const auto there = disk_.stat(path);
  if (!there) return there.error();
  if (there->exists()) {
    const auto bytes = disk_.read(path);
    if (!bytes) return bytes.error();
    read(*bytes);
  }
  // A torn last line must not swallow the next one; and what has ended is of no use to anybody.
  if (auto rewritten = rewrite(); !rewritten) return rewritten;
  open_ = true;
  return Ok{};
}

void Roster::read(const std::string& bytes) {
  const auto take = [&](std::string_view text) {
    const auto value = parse_own_json(text, "");
    const json::object* object = value ? value->if_object() : nullptr;
    const auto token = object != nullptr ? json_string(*object, "token") : std::nullopt;
    if (!token) return;
    if (json_bool(*object, "ended").value_or(false)) {
      entries_.erase(*token);
      return;
    }
    RosterEntry& entry = entries_[*token];
    if (auto folder = json_string(*object, "folder")) entry.folder = std::move(*folder);
    if (auto handle = json_string(*object, "handle")) entry.handle = std::move(*handle);
  };
  lines_ = read_lines(bytes, take).good;
}

Status Roster::rewrite() {
  const std::string path = join_path(folder_, file_of_roster);
  std::string bytes;
  for (const auto& [token, entry] : entries_) bytes += line_of(token, entry);
  if (auto written = disk_.write(path, bytes, Sync::no); !written) return written;
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd_ < 0) return io_error("can't write it", path, errno);
  lines_ = entries_.size();
  unsaved_.clear();
  return Ok{};
}

const RosterEntry* Roster::find(const Token& token) const {
  const auto found = entries_.find(token);
  return found == entries_.end() ? nullptr : &found->second;
}

void Roster::add(const Token& token, const std::string& folder) {
  entries_[token] = {folder, ""};
  unsaved_ += line_of(token, entries_[token]);
}

void Roster::accepted(const Token& token, const Handle& handle) {
  RosterEntry& entry = entries_[token];
  entry.handle = handle;
  unsaved_ += line_of(token, entry);
}

void Roster::ended(const Token& token) {
  if (entries_.erase(token) > 0)
    unsaved_ += seal_line(json::serialize(json::object{{"token", token}, {"ended", true}}));
}

Status Roster::save() {
  if (unsaved_.empty()) return Ok{};
  if (lines_ > many_lines + many_times * entries_.size()) return rewrite();
  const std::string path = join_path(folder_, file_of_roster);
  const ssize_t written = ::write(fd_, unsaved_.data(), unsaved_.size());
  if (written < 0) return io_error("can't write it", path, errno);
  if (static_cast<std::size_t>(written) < unsaved_.size()) {
    unsaved_.erase(0, static_cast<std::size_t>(written));
    return io_error("can't write it", path, ENOSPC);
  }
  lines_ += static_cast<std::size_t>(std::count(unsaved_.begin(), unsaved_.end(), '\n'));
  unsaved_.clear();
  return Ok{};
}

}  // namespace sluice::executors::external
