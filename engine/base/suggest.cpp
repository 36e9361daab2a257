// "Did you mean": the part of diagnostics.h that guesses.
#include <algorithm>

#include "engine/base/diagnostics.h"
#include "engine/base/text.h"

namespace sluice {

namespace {

constexpr std::size_t most_listed = 8;
constexpr std::size_t longest_word = 200;  // nobody mistypes a name longer than this

/// Two of a word's letters may be wrong for every six it has, but never all of them.
std::size_t tolerance(std::size_t length) {
  if (length < 2) return 0;
  return std::min(std::max<std::size_t>(1, length / 3), length - 1);
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > longest_word) return {};
  std::size_t best = tolerance(word.size());
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate, best);
    if (distance > best || (found != nullptr && distance == best)) continue;
    best = distance;
    found = &candidate;
  }
  return found == nullptr ? std::string() : *found;
}

std::string suggest(std::string_view word, std::span<const std::string> candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return "did you mean '" + near + "'?";
  if (candidates.empty() || candidates.size() > most_listed) return {};
  std::string text = "known: ";
  for (std::size_t i = 0; i < candidates.size(); ++i) text += (i == 0 ? "" : ", ") + candidates[i];
  return text;
}

}  // namespace sluice
