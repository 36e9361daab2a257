// Messages about a text file that a person wrote: file:line:column, the line itself, a caret under the exact
// value, and what was probably meant. Diagnostics collects all of a file's errors before anyone gives up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sluice {

/// A stretch of a source text; line and column count from 1, as editors do. Line 0: the file as a whole.
struct SourceRange {
  std::uint32_t file = 0;  ///< index of the text in its Diagnostics
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;  ///< characters under the caret line: ^~~~

  bool operator==(const SourceRange&) const = default;
};

enum class Severity { error, warning, note };

struct Diagnostic {
  Severity severity = Severity::error;
  SourceRange range;
  std::string message;
  std::string hint;  ///< "did you mean 'events'?" or another next step
};

class Diagnostics {
 public:
  /// Registers a text; `name` is printed as given.
  std::uint32_t add_source(std::string name, std::string text);
  const std::string& source_name(std::uint32_t file) const;
  const std::string& source_text(std::uint32_t file) const;
  std::string_view source_line(const SourceRange& range) const;  ///< the line it begins on, without its end
  std::string_view source_from(const SourceRange& range) const;  ///< the text from the start of that line on

  /// What was said about the same place in the same words is not said again.
  void error(SourceRange range, std::string message, std::string hint = {});
  void warning(SourceRange range, std::string message, std::string hint = {});
  /// Belongs to the message before it: "the other one is here".
  void note(SourceRange range, std::string message, std::string hint = {});

  bool has_errors() const { return errors_ > 0; }
  /// A thousand messages are enough: what follows is counted and thrown away.
  bool is_flooded() const;
  const std::vector<Diagnostic>& all() const { return items_; }
  /// Every message in order of appearance in the file, each with its line and caret; ends with "2 errors"
  /// when there are any. Of a flood, the first fifty.
  std::string render() const;
  std::string render(const Diagnostic& item) const;

 private:
  struct Source {
    std::string name;
    std::string text;
    std::vector<std::size_t> lines;  ///< where each line begins
  };

  void add(Severity severity, SourceRange range, std::string message, std::string hint);

  std::vector<Source> sources_;
  std::vector<Diagnostic> items_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::unordered_set<std::uint64_t> said_;
};

/// The candidate a person most likely meant, by edit distance with transpositions; "" when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// "did you mean 'x'?" or, with few candidates and none near, "known: a, b, c"; "" when there are none.
std::string suggest(std::string_view word, std::span<const std::string> candidates);

}  // namespace sluice
