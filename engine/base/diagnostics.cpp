#include "engine/base/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/hash.h"
#include "engine/base/text.h"

namespace sluice {

namespace {

constexpr std::size_t most_shown = 50;       // a person fixes ten and runs again; nobody reads a thousand
constexpr std::size_t most_kept = 1000;      // the rest is counted
constexpr std::size_t widest_excerpt = 120;  // characters of a source line that are printed

struct Excerpt {
  std::string text;
  std::string caret_line;
};

/// One line with a caret under columns [column, column + length). A long line is cut around the caret, and
/// bytes that would steer a terminal are replaced, one for one, so that the caret stays right.
Excerpt excerpt(std::string_view line, std::size_t column, std::size_t length) {
  const std::vector<std::string_view> characters = utf8_characters(line.substr(0, 1U << 20U));
  const std::size_t start = std::min(column - 1, characters.size());
  const std::size_t end =
      std::max(start + 1, std::min(start + std::max<std::size_t>(length, 1), characters.size()));
  constexpr std::size_t context = widest_excerpt / 3;
  const bool cut_left = characters.size() > widest_excerpt && start > context;
  const std::size_t first = cut_left ? start - context : 0;
  const std::size_t last = std::min(characters.size(), first + widest_excerpt);

  Excerpt result{cut_left ? "..." : "", cut_left ? "   " : ""};
  for (std::size_t i = first; i < last; ++i) {
    result.text += is_control(characters[i]) && characters[i] != "\t" ? "?" : characters[i];
    if (i < start) result.caret_line += characters[i] == "\t" ? '\t' : ' ';
  }
  if (last < characters.size()) result.text += "...";
  result.caret_line += '^' + std::string(std::min(end, std::max(last, start + 1)) - start - 1, '~');
  return result;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "error";
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

std::uint32_t Diagnostics::add_source(std::string name, std::string text) {
  std::vector<std::size_t> lines = {0};
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1))
    lines.push_back(end + 1);
  sources_.push_back({std::move(name), std::move(text), std::move(lines)});
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

const std::string& Diagnostics::source_name(std::uint32_t file) const { return sources_.at(file).name; }
const std::string& Diagnostics::source_text(std::uint32_t file) const { return sources_.at(file).text; }

std::string_view Diagnostics::source_from(const SourceRange& range) const {
  const Source& source = sources_.at(range.file);
  if (range.line == 0 || range.line > source.lines.size()) return {};
  return std::string_view(source.text).substr(source.lines[range.line - 1]);
}

std::string_view Diagnostics::source_line(const SourceRange& range) const {
  std::string_view line = source_from(range);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void Diagnostics::add(Severity severity, SourceRange range, std::string message, std::string hint) {
  std::size_t& count = severity == Severity::error ? errors_ : warnings_;
  if (is_flooded()) {
    ++count;
    return;
  }
  const std::string place =
      std::to_string(range.file) + ":" + std::to_string(range.line) + ":" + std::to_string(range.column);
  if (!said_.insert(hash64(place + message)).second) return;
  ++count;
  items_.push_back({severity, range, std::move(message), std::move(hint)});
}

void Diagnostics::error(SourceRange range, std::string message, std::string hint) {
  add(Severity::error, range, std::move(message), std::move(hint));
}

void Diagnostics::warning(SourceRange range, std::string message, std::string hint) {
  add(Severity::warning, range, std::move(message), std::move(hint));
}

void Diagnostics::note(SourceRange range, std::string message, std::string hint) {
  if (!is_flooded()) items_.push_back({Severity::note, range, std::move(message), std::move(hint)});
}

bool Diagnostics::is_flooded() const { return items_.size() >= most_kept; }

std::string Diagnostics::render(const Diagnostic& item) const {
  std::string out;
  const SourceRange& at = item.range;
  if (at.file < sources_.size()) {
    out += printable(sources_[at.file].name);
    const bool is_option = sources_[at.file].name.starts_with("--");  // of a command line: it has no lines
    if (at.line > 0 && !is_option)
      out += ":" + std::to_string(at.line) + ":" + std::to_string(std::max(at.column, 1U));
    out += ": ";
  }
  out += std::string(name_of(item.severity)) + ": " + printable(item.message) + "\n";
  if (at.line > 0 && at.file < sources_.size()) {
    const Excerpt shown = excerpt(source_line(at), std::max(at.column, 1U), at.length);
    out += "  " + shown.text + "\n  " + shown.caret_line + "\n";
  }
  if (!item.hint.empty()) out += "  " + printable(item.hint) + "\n";
  return out;
}

std::string Diagnostics::render() const {
  // A note belongs to the message before it, so blocks of (message, notes) are what is put in order.
  std::vector<std::size_t> blocks;
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (i == 0 || items_[i].severity != Severity::note) blocks.push_back(i);
  std::stable_sort(blocks.begin(), blocks.end(), [this](std::size_t a, std::size_t b) {
    const SourceRange& x = items_[a].range;
    const SourceRange& y = items_[b].range;
    return std::tie(x.file, x.line, x.column) < std::tie(y.file, y.line, y.column);
  });

  std::string out;
  for (std::size_t shown = 0; shown < std::min(blocks.size(), most_shown); ++shown) {
    std::size_t i = blocks[shown];
    out += render(items_[i]);
    while (++i < items_.size() && items_[i].severity == Severity::note) out += render(items_[i]);
  }
  if (errors_ + warnings_ > most_shown)
    out += "... and " + std::to_string(errors_ + warnings_ - most_shown) + " more\n";
  if (errors_ > 0) {
    out += counted(errors_, "error");
    if (warnings_ > 0) out += ", " + counted(warnings_, "warning");
    out += "\n";
  }
  return out;
}

}  // namespace sluice
