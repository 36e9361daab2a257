#include "engine/plan/recipe_diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_map>

#include "engine/plan/recipe_text.h"

namespace sluice::plan {

namespace {

using Kind = Reason::Kind;
constexpr std::size_t hash_digits = 32;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_hash_token(std::string_view text) {
  return text.size() >= hash_digits + 2 && text[0] == '{' && text[hash_digits + 1] == '}' &&
         hash_from_hex(text.substr(1, hash_digits)).has_value();
}

/// Hashes cut to twelve digits (as people can compare), or to none.
std::string with_short_hashes(std::string_view line, std::size_t digits) {
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    if (!is_hash_token(line.substr(i))) {
      out += line[i++];
      continue;
    }
    out.append("{").append(line.substr(i + 1, digits)).append("}");
    i += hash_digits + 2;
  }
  return out;
}

struct Change {
  std::string before, after;  ///< one may be empty
};

/// The words by which a line is the same line with another value: its flag, or its variable.
std::string_view key_of(std::string_view line) {
  std::size_t begin = line.starts_with("trial ") ? 6 : 0;
  if (line.substr(begin).starts_with("env ")) return line.substr(0, line.find('=', begin));
  return line.substr(0, line.find(' ', begin));
}

using Lines = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// Longest common subsequence. Recipes have some dozen lines; of one with thousands that differ, order is
/// given up.
void append_common(const Lines& a, const Lines& b, std::size_t begin, std::size_t end_a, std::size_t end_b,
                   Pairs& common) {
  constexpr std::size_t most_cells = 4'000'000;
  const std::size_t width = end_b - begin + 1;
  if ((end_a - begin + 1) * width > most_cells) return;
  std::vector<std::uint32_t> best((end_a - begin + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return best[(i - begin) * width + j - begin];
  };
  for (std::size_t i = end_a; i-- > begin;)
    for (std::size_t j = end_b; j-- > begin;)
      cell(i, j) = a[i] == b[j] ? cell(i + 1, j + 1) + 1 : std::max(cell(i + 1, j), cell(i, j + 1));
  for (std::size_t i = begin, j = begin; i < end_a && j < end_b;) {
    if (a[i] == b[j])
      common.emplace_back(i++, j++);
    else if (cell(i + 1, j) >= cell(i, j + 1))
      ++i;
    else
      ++j;
  }
}

Pairs common_lines(const Lines& a, const Lines& b) {
  Pairs common;
  std::size_t begin = 0, tail = 0;
  const std::size_t shorter = std::min(a.size(), b.size());
  while (begin < shorter && a[begin] == b[begin]) ++begin;
  while (tail < shorter - begin && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  for (std::size_t i = 0; i < begin; ++i) common.emplace_back(i, i);
  append_common(a, b, begin, a.size() - tail, b.size() - tail, common);
  for (std::size_t i = tail; i > 0; --i) common.emplace_back(a.size() - i, b.size() - i);
  common.emplace_back(a.size(), b.size());
  return common;
}

/// What stands between two common lines: each removed line with the one that replaced it, where flag or
/// variable tell.
void append_changes(std::span<const std::string> removed, std::span<const std::string> added,
                    std::vector<Change>& changes) {
  if (removed.size() == 1 && added.size() == 1) {
    changes.push_back({removed[0], added[0]});
    return;
  }
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_key;  // the first one last
  for (std::size_t k = added.size(); k-- > 0;) by_key[key_of(added[k])].push_back(k);
  std::vector<bool> used(added.size());
  for (const std::string& line : removed) {
    Change change{line, ""};
    if (auto& candidates = by_key[key_of(line)]; !candidates.empty()) {
      change.after = added[candidates.back()];
      used[candidates.back()] = true;
      candidates.pop_back();
    }
    changes.push_back(std::move(change));
  }
  for (std::size_t k = 0; k < added.size(); ++k)
    if (!used[k]) changes.push_back({"", added[k]});
}

std::vector<Change> line_changes(const Lines& before, const Lines& after) {
  std::vector<Change> changes;
  std::size_t i = 0, j = 0;
  for (const auto& [end_i, end_j] : common_lines(before, after)) {
    append_changes(std::span(before).subspan(i, end_i - i), std::span(after).subspan(j, end_j - j), changes);
    i = end_i + 1;
    j = end_j + 1;
  }
  return changes;
}

Lines shortened_lines(std::string_view text, std::size_t digits) {
  Lines lines;
  for (const auto line : lines_of(hashed_part(text))) lines.push_back(with_short_hashes(line, digits));
  return lines;
}

/// What the notes of a recipe say.
struct Notes {
  struct Entry {
    std::string hash;
    std::string path;                            ///< or "12 files"
    std::map<std::string, std::string> members;  ///< path -> hash, where they are listed
  };
  std::map<std::string, Entry> inputs;  ///< by the input's name
  std::map<std::string, Entry> data;    ///< by the flag
  std::map<std::string, std::string> versions;
};

/// Takes the first word off `rest`; a quoted one with its quotes.
std::string_view next_word(std::string_view& rest) {
  std::size_t end = 0;
  if (rest.starts_with('"'))
    for (end = 1; end < rest.size() && rest[end] != '"'; ++end) end += rest[end] == '\\' ? 1 : 0;
  end = std::min(rest.find(' ', end), rest.size());
  const auto found = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return found;
}

Notes read_notes(std::string_view text) {
  Notes notes;
  Notes::Entry* open = nullptr;
  for (auto line : lines_of(notes_part(text))) {
    if (line.starts_with(' ') && open != nullptr) {
      line.remove_prefix(1);
      const std::string path(next_word(line));
      open->members[path] = line;
      continue;
    }
    const auto what = next_word(line);
    const std::string name(next_word(line));
    const std::string value(next_word(line));
    if (what == "input") open = &(notes.inputs[name] = {value, std::string(line), {}});
    if (what == "data") notes.data[name] = {value, std::string(line), {}};
    if (what == "version") notes.versions[name] = value;
  }
  return notes;
}

/// The first file of a list that is new, gone or different.
std::string changed_member(const Notes::Entry& before, const Notes::Entry& after) {
  if (before.members.empty() && after.members.empty()) return after.path;
  for (const auto& [path, hash] : after.members) {
    const auto found = before.members.find(path);
    if (found == before.members.end()) return path + " (new)";
    if (found->second != hash) return path;
  }
  for (const auto& [path, hash] : before.members)
    if (!after.members.contains(path)) return path + " (gone)";
  return after.path;
}

void add_file_reasons(std::vector<Reason>& reasons, Kind kind,
                      const std::map<std::string, Notes::Entry>& before,
                      const std::map<std::string, Notes::Entry>& after) {
  for (const auto& [name, entry] : after)
    if (const auto found = before.find(name); found != before.end() && found->second.hash != entry.hash)
      reasons.push_back({kind, name, "", changed_member(found->second, entry)});
}

Kind kind_of(const Change& change) {
  std::string_view line = change.after.empty() ? change.before : change.after;
  if (line.starts_with("trial ")) line.remove_prefix(6);
  if (line.starts_with("env ")) return Kind::env_changed;
  return line.starts_with("program ") ? Kind::program_changed : Kind::argument_changed;
}

std::string without(const std::string& text, std::string_view begin) {
  return text.starts_with(begin) ? text.substr(begin.size()) : text;
}

}  // namespace

std::vector<Reason> diff_reasons(std::string_view before, std::string_view after) {
  std::vector<Reason> reasons;
  if (hashed_part(before) == hashed_part(after)) return reasons;
  const Notes old_notes = read_notes(before);
  const Notes new_notes = read_notes(after);
  // With the hashes blanked out, what differs is not content: arguments, variables, programs by name.
  for (const Change& change : line_changes(shortened_lines(before, 0), shortened_lines(after, 0))) {
    const Kind kind = kind_of(change);
    const std::string_view noise = kind == Kind::env_changed       ? "env "
                                   : kind == Kind::program_changed ? "program "
                                                                   : "";
    reasons.push_back({kind, "", without(change.before, noise), without(change.after, noise)});
  }
  const auto program_lines = [](std::string_view text) {
    std::set<std::string_view> lines;
    for (const auto line : lines_of(hashed_part(text)))
      if (without(std::string(line), "trial ").starts_with("program ")) lines.insert(line);
    return lines;
  };
  const bool names_program = std::any_of(reasons.begin(), reasons.end(),
                                         [](const Reason& r) { return r.kind == Kind::program_changed; });
  if (!names_program && program_lines(before) != program_lines(after))
    for (const Change& change : line_changes(shortened_lines(before, 12), shortened_lines(after, 12)))
      if (kind_of(change) == Kind::program_changed)
        reasons.push_back({Kind::program_changed, "", without(change.before, "program "),
                           without(change.after, "program ")});
  add_file_reasons(reasons, Kind::input_changed, old_notes.inputs, new_notes.inputs);
  add_file_reasons(reasons, Kind::data_changed, old_notes.data, new_notes.data);
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const Reason& a, const Reason& b) { return a.kind < b.kind; });
  return reasons;
}

std::vector<DiffLine> diff_recipes(std::string_view before, std::string_view after) {
  constexpr std::size_t readable_digits = 12;
  std::vector<DiffLine> lines;
  for (const Change& change :
       line_changes(shortened_lines(before, readable_digits), shortened_lines(after, readable_digits))) {
    if (!change.before.empty()) lines.push_back({DiffLine::Kind::removed, change.before});
    if (!change.after.empty()) lines.push_back({DiffLine::Kind::added, change.after});
  }
  const Notes old_notes = read_notes(before);
  const Notes new_notes = read_notes(after);
  std::vector<Reason> files;
  add_file_reasons(files, Kind::input_changed, old_notes.inputs, new_notes.inputs);
  add_file_reasons(files, Kind::data_changed, old_notes.data, new_notes.data);
  for (const Reason& file : files) lines.push_back({DiffLine::Kind::note, to_string(file)});
  for (const auto& [program, version] : new_notes.versions) {
    const auto found = old_notes.versions.find(program);
    if (found == old_notes.versions.end() || found->second == version) continue;
    lines.push_back({DiffLine::Kind::note, program + " is now version " + version + " (was " + found->second +
                                               "); its results version decides whether that counts"});
  }
  return lines;
}

}  // namespace sluice::plan
