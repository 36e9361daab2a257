#include "executors/slurm/names.h"

#include "engine/base/hash.h"

namespace sluice::executors::slurm {

namespace {

constexpr std::string_view mark = "sluice:";
constexpr std::size_t id_length = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";

/// Slurm keeps these texts as they are, but they pass through wrappers and through squeue's columns.
std::string harmless(std::string_view text, std::size_t longest) {
  std::string result;
  for (const char c : text.substr(0, longest)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("_-./=,[]+@").find(c) != std::string_view::npos;
    result += plain ? c : '_';
  }
  return result;
}

}  // namespace

std::string batch_id(std::span<const Token> tokens) {
  Hasher hasher;
  for (const auto& token : tokens) hasher.field(token);
  return to_hex(hasher.digest()).substr(0, id_length);
}

std::string job_name(const std::string& batch, std::string_view group_or_task) {
  constexpr std::size_t longest = 40;
  return harmless(group_or_task, longest) + "-" + std::string(mark) + batch;
}

std::string job_comment(const std::string& batch, std::span<const Token> tokens) {
  constexpr std::size_t longest = 150;
  std::string comment = std::string(mark) + batch + " " + harmless(tokens.front(), longest);
  if (tokens.size() > 1) comment += " and " + std::to_string(tokens.size() - 1) + " more";
  return comment;
}

std::string find_batch_id(std::string_view text) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto id = text.substr(at + mark.size(), id_length);
    if (id.size() == id_length && id.find_first_not_of(hex_digits) == std::string_view::npos)
      return std::string(id);
  }
  return "";
}

}  // namespace sluice::executors::slurm
