// The part of Fingerprints that reads the files that are not ours, and looks whether they are still what they
// were.
#include <cerrno>

#include "engine/plan/data_pieces.h"
#include "engine/plan/fingerprints.h"

namespace sluice::plan {

namespace {

using workflow::Member;
using workflow::no_task;
using workflow::Piece;

/// A large group is looked at again at most this often, or ten thousand tasks that read the same ten thousand
/// files would cost 10^8 looks.
constexpr std::uint32_t large_group = 64;
constexpr std::int64_t look_again_ns = ns_per_s;

Error missing_input(const std::string& path, const std::string& workflow) {
  return {"this input file is missing", path, "put it there, or correct the path in " + workflow,
          ErrorKind::io, ENOENT};
}

}  // namespace

bool is_missing_input(const Error& error) { return error.number == ENOENT; }

Status Fingerprints::read_file(std::uint32_t file) {
  if (contents_.file(file).kind != FileKind::missing) return Ok{};
  const std::string& path = graph_.files[file];
  auto content = files_.content(path);
  if (!content) return std::move(content).error();
  if (content->kind == FileKind::missing) return missing_input(path, graph_.workflow_path);
  contents_.set_file(file, *content);
  return Ok{};
}

Result<Content> Fingerprints::content_at(const std::string& path) {
  const std::lock_guard guard(reading_);
  if (const auto found = named_.find(path); found != named_.end()) return found->second;
  auto content = files_.content(path);
  if (!content) return content;
  if (content->kind == FileKind::missing) return missing_input(path, graph_.workflow_path);
  named_.emplace(path, *content);
  return content;
}

Status Fingerprints::read_programs(workflow::StageIndex index) {
  const workflow::Stage& stage = graph_.stages[index];
  if (!stage.program.described)
    if (auto content = content_at(stage.program.path); !content) return std::move(content).error();
  if (stage.trials && !stage.trials->program.described)
    if (auto content = content_at(stage.trials->program.path); !content) return std::move(content).error();
  return Ok{};
}

std::vector<std::string> Fingerprints::named_files(TaskIndex task) {
  const workflow::Stage& stage = graph_.stage(task);
  std::vector<std::string> paths;
  const auto add = [&](const Piece& piece, std::string_view) { paths.push_back(piece.path); };
  for_each_data_piece(graph_.recipe(task), add);
  if (!stage.program.described) paths.push_back(stage.program.path);
  if (!stage.trials) return paths;
  for_each_data_piece(graph_.trial_recipe(task), add);
  if (!stage.trials->program.described) paths.push_back(stage.trials->program.path);
  return paths;
}

Result<bool> Fingerprints::reread(const std::string& path) {
  const auto known = content_at(path);
  if (!known) return Error(known.error());
  auto now = survey(disk_, path);
  if (!now) return std::move(now).error();
  if (now->kind == known->kind && now->signature == known->signature) return false;
  named_.erase(path);
  auto content = content_at(path);
  if (!content) return std::move(content).error();
  return content->hash != known->hash;
}

Status Fingerprints::refresh_group(GroupIndex group, std::vector<std::string>& changed) {
  if (files_in_[group] == 0) return Ok{};
  if (files_in_[group] > large_group) {
    const std::int64_t now = clock_.mono_ns();
    const auto [found, first] = looked_at_ns_.try_emplace(group, now);
    if (!first && now - found->second < look_again_ns) return Ok{};
    found->second = now;
  }
  for (const Member& member : graph_.group_members(group)) {
    if (member.task != no_task) continue;
    const std::string& path = graph_.files[member.index];
    const Content known = contents_.file(member.index);
    auto now = survey(disk_, path);
    if (!now) return std::move(now).error();
    if (now->kind == known.kind && now->signature == known.signature) continue;
    contents_.set_file(member.index, {});
    if (auto read = read_file(member.index); !read) return read;
    contents_.forget_groups();
    if (contents_.file(member.index).hash != known.hash) changed.push_back(path);
  }
  return Ok{};
}

Result<std::vector<std::string>> Fingerprints::refresh(TaskIndex task) {
  std::vector<std::string> changed;
  for (const GroupIndex group : graph_.inputs(task))
    if (auto done = refresh_group(group, changed); !done) return std::move(done).error();
  for (const std::string& path : named_files(task)) {
    auto differs = reread(path);
    if (!differs) return std::move(differs).error();
    if (*differs) changed.push_back(path);
  }
  return changed;
}

Result<std::uint64_t> Fingerprints::signature(TaskIndex task) {
  Hasher hasher;
  for (const GroupIndex group : graph_.inputs(task)) {
    if (files_in_[group] == 0) continue;
    for (const Member& member : graph_.group_members(group))
      if (member.task == no_task) hasher.number(contents_.file(member.index).signature);
  }
  for (const std::string& path : named_files(task)) {
    auto content = content_at(path);
    if (!content) return std::move(content).error();
    hasher.number(content->signature);
  }
  return hasher.digest().low;
}

}  // namespace sluice::plan
