#include "engine/run/attempt_folder.h"

namespace sluice::run {

namespace {

constexpr std::size_t longest_name = 120;  // some file systems stop at 143 bytes, and a suffix follows

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '=' || c == ',' ||
         c == '_' || c == '-' || c == '+' || c == '.';
}

struct TaskName {
  std::string_view stage;
  std::string_view keys;  ///< without the brackets; empty for a stage that does not fan out
};

TaskName split(std::string_view task) {
  const auto bracket = task.find('[');
  if (bracket == std::string_view::npos || task.back() != ']') return {task, {}};
  return {task.substr(0, bracket), task.substr(bracket + 1, task.size() - bracket - 2)};
}

}  // namespace

std::string safe_name(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string name;
  for (const char c : text) {
    if (is_plain(c) && !(name.empty() && c == '.')) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += '%';
      name += digits[byte >> 4U];
      name += digits[byte & 15U];
    }
  }
  if (name.size() <= longest_name) return name;
  return name.substr(0, longest_name - 17) + "~" + to_hex(hash_bytes(text)).substr(0, 16);
}

std::string Layout::attempt(std::string_view task, int number) const {
  const TaskName name = split(task);
  std::string path = attempts() + "/" + safe_name(name.stage) + "/";
  if (!name.keys.empty()) path += safe_name(name.keys) + ".";
  return path + std::to_string(number);
}

std::string Layout::state(std::string_view task, const Hash128& id) const {
  const TaskName name = split(task);
  std::string path = home() + "/state/" + safe_name(name.stage);
  if (!name.keys.empty()) path += "/" + safe_name(name.keys);
  return path + "/" + to_hex(id);
}

}  // namespace sluice::run
