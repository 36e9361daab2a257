// Small text work that several parts need: taking lines and words apart, quoting a word for bash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::executors::slurm {

std::vector<std::string> split_words(std::string_view text);                 ///< at blanks and tabs
std::vector<std::string_view> split(std::string_view text, char separator);  ///< empty parts are kept
std::vector<std::string_view> lines_of(std::string_view text);               ///< without empty ones
std::string_view trimmed(std::string_view text);
std::string joined(const std::vector<std::string>& words, std::string_view separator);

/// As bash reads one word that is exactly `word`.
std::string quoted(std::string_view word);

}  // namespace sluice::executors::slurm
