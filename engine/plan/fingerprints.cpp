#include "engine/plan/fingerprints.h"

#include <algorithm>
#include <cerrno>

namespace sluice::plan {

namespace {

using workflow::Member;
using workflow::no_task;
using workflow::Piece;
using workflow::ProgramInfo;
using workflow::Recipe;

/// A large group is looked at again at most this often, or ten thousand tasks that read the same ten thousand
/// files would cost 10^8 looks.
constexpr std::uint32_t large_group = 64;
constexpr std::int64_t look_again_ns = ns_per_s;
/// Notes name the members of a group unless that would make many long texts of one long list.
constexpr std::size_t few_members = 4;
constexpr std::size_t most_lines_in_all = 20'000;
constexpr std::size_t short_hash_digits = 12;

Error missing_input(const std::string& path, const std::string& workflow) {
  return {"this input file is missing", path, "put it there, or correct the path in " + workflow,
          ErrorKind::io, ENOENT};
}

/// Calls `visit(piece, name)`; the name is the flag before it, or the variable that it is part of.
template <typename Visit>
void for_each_data_piece(const Recipe& recipe, Visit visit) {
  std::string_view flag = "argument";
  for (const auto& word : recipe.argv)
    for (const Piece& piece : word.pieces) {
      if (piece.kind == Piece::Kind::text && piece.text.starts_with('-')) flag = piece.text;
      if (piece.kind == Piece::Kind::data_file) visit(piece, flag);
    }
  for (const auto& [name, word] : recipe.env)
    for (const Piece& piece : word.pieces)
      if (piece.kind == Piece::Kind::data_file) visit(piece, std::string_view(name));
}

bool extends(const Recipe& recipe) {
  const auto extending = [](const workflow::Word& word) { return word.extending; };
  return std::any_of(recipe.argv.begin(), recipe.argv.end(), extending);
}

}  // namespace

bool is_missing_input(const Error& error) { return error.number == ENOENT; }

Fingerprints::Fingerprints(const workflow::TaskGraph& graph, Contents& contents, FileHashes& files,
                           Disk& disk, Clock& clock)
    : graph_(graph), contents_(contents), files_(files), disk_(disk), clock_(clock) {
  files_in_.resize(graph.groups.size());
  readers_.resize(graph.groups.size());
  if (!graph.files.empty())
    for (GroupIndex group = 0; group < graph.groups.size(); ++group)
      for (const Member& member : graph.group_members(group))
        files_in_[group] += member.task == no_task ? 1 : 0;
  for (const GroupIndex group : graph.task_groups) ++readers_[group];
}

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

RecipeSources Fingerprints::sources(TaskIndex task, const ProgramInfo& program) {
  RecipeSources sources;
  sources.stage = &graph_.stage(task);
  sources.program = &program;
  sources.input_hash = [this, groups = graph_.inputs(task)](std::uint32_t input) {
    return contents_.group_hash(groups[input]);
  };
  sources.data_hash = [this](const std::string& path) { return content_at(path).value_or(Content{}).hash; };
  return sources;
}

namespace {

/// Sets those inputs that a command line or its environment mentions.
void mark_inputs(const Recipe& recipe, std::vector<bool>& named) {
  const auto mark = [&](const workflow::Word& word) {
    for (const Piece& piece : word.pieces)
      if (piece.kind == Piece::Kind::input && piece.index < named.size()) named[piece.index] = true;
  };
  for (const auto& word : recipe.argv) mark(word);
  for (const auto& entry : recipe.env) mark(entry.second);
}

}  // namespace

Status Fingerprints::append_lines(std::string& out, TaskIndex task, RecipePart part) {
  const workflow::Stage& stage = graph_.stage(task);
  const auto append = [&](const Recipe& recipe, const ProgramInfo& program,
                          std::string_view prefix) -> Status {
    Status read = Ok{};
    for_each_data_piece(recipe, [&](const Piece& piece, std::string_view) {
      if (auto content = content_at(piece.path); !content && read) read = std::move(content).error();
    });
    if (!read) return read;
    RecipeSources from = sources(task, program);
    if (!program.described) {
      auto executable = content_at(program.path);
      if (!executable) return std::move(executable).error();
      from.program_hash = executable->hash;
    }
    append_command(out, recipe, from, part, prefix);
    return Ok{};
  };
  const Recipe recipe = graph_.recipe(task);
  std::vector<bool> named(stage.input_names.size(), false);
  mark_inputs(recipe, named);
  if (auto done = append(recipe, stage.program, ""); !done) return done;
  if (stage.trials) {
    const Recipe trial = graph_.trial_recipe(task);
    mark_inputs(trial, named);
    if (auto done = append(trial, stage.trials->program, "trial "); !done) return done;
  }
  // An input counts also where the command line does not mention it: the program may know where it lies.
  for (std::uint32_t input = 0; input < named.size(); ++input)
    if (!named[input])
      out += "input " + stage.input_names[input] + " {" +
             to_hex(contents_.group_hash(graph_.inputs(task)[input])) + "}\n";
  return Ok{};
}

Result<Hash128> Fingerprints::fingerprint(TaskIndex task) {
  thread_local std::string lines;
  lines.clear();
  if (auto done = append_lines(lines, task, RecipePart::all); !done) return std::move(done).error();
  return hash_bytes(lines);
}

Result<Hash128> Fingerprints::state_id(TaskIndex task) {
  const bool has_trials = graph_.stage(task).trials.has_value();
  if (!has_trials && !extends(graph_.recipe(task))) return fingerprint(task);
  std::string lines;
  if (auto done = append_lines(lines, task, RecipePart::identity); !done) return std::move(done).error();
  return hash_bytes(lines);
}

Result<std::string> Fingerprints::text(TaskIndex task) {
  std::string text;
  if (auto done = append_lines(text, task, RecipePart::all); !done) return std::move(done).error();
  text += '\n';
  append_notes(text, task, graph_.recipe(task));
  return text;
}

// ---- notes ----

const std::string& Fingerprints::member_path(const Member& member) const {
  return member.task == no_task ? graph_.files[member.index] : graph_.output_path(member.task, member.index);
}

void Fingerprints::append_members(std::string& out, GroupIndex group, std::string_view name) {
  const auto members = graph_.group_members(group);
  const auto line = [&](std::string_view begin, const std::string& path, const std::string& hash) {
    out.append(begin);
    append_quoted(out, path);
    out.append(" ").append(hash).append("\n");
  };
  const std::string hash = to_hex(contents_.group_hash(group));
  out.append("input ").append(name).append(" ").append(hash).append(" ");
  if (members.size() == 1) {
    append_quoted(out, member_path(members.front()));
    out += '\n';
    return;
  }
  out.append(std::to_string(members.size())).append(" files\n");
  if (members.size() > few_members && members.size() * readers_[group] > most_lines_in_all) return;
  for (const Member& member : members)
    if (member.task == no_task || !contents_.is_lost(member.task))
      line(" ", member_path(member), to_hex(contents_.member(member).hash).substr(0, short_hash_digits));
}

void Fingerprints::append_notes(std::string& out, TaskIndex task, const Recipe& recipe) {
  const workflow::Stage& stage = graph_.stage(task);
  const auto data_note = [&](const Piece& piece, std::string_view name) {
    out += "data ";
    append_quoted(out, name);
    out.append(" ").append(to_hex(content_at(piece.path).value_or(Content{}).hash)).append(" ");
    append_quoted(out, piece.path);
    out += '\n';
  };
  for_each_data_piece(recipe, data_note);
  if (stage.trials) for_each_data_piece(graph_.trial_recipe(task), data_note);
  const auto groups = graph_.inputs(task);
  for (std::size_t i = 0; i < groups.size(); ++i) append_members(out, groups[i], stage.input_names[i]);
  const auto version_note = [&](const ProgramInfo& program) {
    if (program.version.empty()) return;
    out += "version ";
    append_quoted(out, file_name(program.name));
    out += ' ';
    append_quoted(out, program.version);
    out += '\n';
  };
  version_note(stage.program);
  if (stage.trials) version_note(stage.trials->program);
}

// ---- files that are not ours ----

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
