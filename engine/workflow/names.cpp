#include "engine/workflow/names.h"

#include <algorithm>

#include "engine/base/text.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_key_text = 128;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '-'; });
}

bool is_identifier(std::string_view text) {
  return is_name(text) && text.find('-') == std::string_view::npos;
}

std::string key_text_problem(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > longest_key_text) return "is longer than 128 bytes";
  if (!is_utf8(text)) return "is not UTF-8";
  if (has_control(text)) return "holds a control character";
  if (text.starts_with("--")) return "begins with '--', which programs take for a flag";
  if (const std::size_t at = text.find_first_of("/,[]"); at != std::string_view::npos)
    return std::string("holds '") + text[at] + "'";
  return {};
}

}  // namespace sluice::workflow
