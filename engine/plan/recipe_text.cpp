#include "engine/plan/recipe_text.h"

#include <algorithm>
#include <cstdio>

#include "engine/base/disk.h"

namespace sluice::plan {

namespace {

using workflow::Piece;
using workflow::Recipe;
using workflow::Word;

bool needs_quotes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f || c == '"' || c == '\\' || c == '{' || c == '}';
  });
}

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') out += '\\';
  if (byte >= ' ' && byte != 0x7f) {
    out += c;
    return;
  }
  constexpr const char* digits = "0123456789abcdef";
  out.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
}

void append_hash(std::string& out, const Hash128& hash) { out.append("{").append(to_hex(hash)).append("}"); }

void append_piece(std::string& out, const Piece& piece, const RecipeSources& sources) {
  switch (piece.kind) {
    case Piece::Kind::text: break;
    case Piece::Kind::input: return append_hash(out, sources.input_hash(piece.index));
    case Piece::Kind::data_file: return append_hash(out, sources.data_hash(piece.path));
    case Piece::Kind::output:
      out.append("{>").append(sources.stage->outputs[piece.index].name).append("}");
      return;
  }
}

void append_word(std::string& out, const Word& word, const RecipeSources& sources) {
  std::string text;  // what stands in several pieces is one text
  const auto flush = [&] {
    if (!text.empty()) append_quoted(out, text);
    text.clear();
  };
  const std::size_t begin = out.size();
  for (const Piece& piece : word.pieces) {
    if (piece.kind == Piece::Kind::text) {
      text += piece.text;
      continue;
    }
    flush();
    append_piece(out, piece, sources);
  }
  flush();
  if (out.size() == begin) out += "\"\"";
}

bool is_flag(const Word& word) {
  return !word.pieces.empty() && word.pieces.front().kind == Piece::Kind::text &&
         word.pieces.front().text.starts_with('-');
}

void append_program(std::string& out, const RecipeSources& sources) {
  const auto& program = *sources.program;
  out += "program ";
  append_quoted(out, file_name(program.name));
  if (program.described) {
    out += " results ";
    append_quoted(out, program.results_version);
  } else {
    out += ' ';
    append_hash(out, sources.program_hash);
  }
  out += '\n';
}

/// The lines between `begin` and the end, in alphabetical order.
void sort_lines(std::string& out, std::size_t begin) {
  thread_local std::vector<std::string> lines;
  lines.clear();
  for (std::size_t at = begin; at < out.size();) {
    const std::size_t end = out.find('\n', at) + 1;
    lines.emplace_back(out, at, end - at);
    at = end;
  }
  if (std::is_sorted(lines.begin(), lines.end())) return;
  std::sort(lines.begin(), lines.end());
  out.resize(begin);
  for (const std::string& line : lines) out += line;
}

/// A flag and its values share a line; any other word has one of its own. So a line that differs is an
/// argument that differs. The flags of a Sluice stage mean the same in any order, and a new version may list
/// them in another.
void append_arguments(std::string& out, const Recipe& recipe, const RecipeSources& sources, RecipePart part,
                      std::string_view prefix) {
  const std::size_t begin = out.size();
  bool after_flag = false;
  for (std::size_t i = 1; i < recipe.argv.size(); ++i) {
    const Word& word = recipe.argv[i];
    if (word.extending && part == RecipePart::identity) continue;
    const bool flag = is_flag(word);
    if (after_flag && !flag) {
      out.back() = ' ';
    } else {
      out += prefix;
      after_flag = flag;
    }
    append_word(out, word, sources);
    out += '\n';
  }
  if (sources.program->described) sort_lines(out, begin);
}

void append_env(std::string& out, const Recipe& recipe, const RecipeSources& sources, RecipePart part,
                std::string_view prefix) {
  std::vector<const std::pair<std::string, Word>*> sorted;
  for (const auto& entry : recipe.env)
    if (!(entry.second.extending && part == RecipePart::identity)) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* entry : sorted) {
    out.append(prefix).append("env ");
    append_quoted(out, entry->first);
    out += '=';
    append_word(out, entry->second, sources);
    out += '\n';
  }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  if (!text.empty() && !needs_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) append_escaped(out, c);
  out += '"';
}

void append_command(std::string& out, const Recipe& recipe, const RecipeSources& sources, RecipePart part,
                    std::string_view prefix) {
  out += prefix;
  append_program(out, sources);
  append_arguments(out, recipe, sources, part, prefix);
  append_env(out, recipe, sources, part, prefix);
}

std::string_view hashed_part(std::string_view text) {
  if (text.starts_with('\n')) return {};
  const auto end = text.find("\n\n");
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::string_view notes_part(std::string_view text) {
  const auto hashed = hashed_part(text);
  return hashed.size() < text.size() ? text.substr(hashed.size() + 1) : std::string_view();
}

}  // namespace sluice::plan
