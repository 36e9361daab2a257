#include "engine/plan/fingerprints.h"

#include <algorithm>

#include "engine/plan/data_pieces.h"

namespace sluice::plan {

namespace {

using workflow::Member;
using workflow::no_task;
using workflow::Piece;
using workflow::ProgramInfo;
using workflow::Recipe;

/// Notes name the members of a group unless that would make many long texts of one long list.
constexpr std::size_t few_members = 4;
constexpr std::size_t most_lines_in_all = 20'000;
constexpr std::size_t short_hash_digits = 12;

bool extends(const Recipe& recipe) {
  const auto extending = [](const workflow::Word& word) { return word.extending; };
  return std::any_of(recipe.argv.begin(), recipe.argv.end(), extending);
}

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

}  // namespace sluice::plan
