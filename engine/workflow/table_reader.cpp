#include "engine/workflow/table_reader.h"

#include <algorithm>
#include <stdexcept>

#include "engine/workflow/names.h"

namespace sluice::workflow {

const TomlMember* TableReader::take(std::string_view key) {
  if (schema_.find(key) == nullptr)
    throw std::logic_error("engine/workflow/schema.cpp does not know the key '" + std::string(key) + "' of " +
                           std::string(schema_.title));
  return table_.find(key);
}

const TomlMember* TableReader::take_kind(std::string_view key, TomlValue::Kind kind, bool* broken) {
  const TomlMember* member = take(key);
  if (member == nullptr || member->value.kind == kind) return member;
  report_kind(*member, kind_name(kind), diagnostics_);
  if (broken != nullptr) *broken = true;
  return nullptr;
}

const TomlMember* TableReader::take_table(std::string_view key, bool* broken) {
  return take_kind(key, TomlValue::Kind::table, broken);
}
const TomlMember* TableReader::take_text(std::string_view key, bool* broken) {
  return take_kind(key, TomlValue::Kind::text, broken);
}

void TableReader::finish() {
  constexpr int most_reported = 20;
  const std::vector<std::string> known = schema_.names();
  int reported = 0;
  for (const TomlMember& member : table_.members) {
    if (schema_.find(member.key) != nullptr) continue;
    if (++reported > most_reported) return;
    std::string hint = suggest(member.key, known);
    if (hint.empty()) {
      hint = "known:";
      for (const std::string& key : known) hint += (hint.size() > 6 ? ", " : " ") + key;
    }
    diagnostics_.error(member.key_range, "unknown key '" + member.key + "' in " + what_, hint);
  }
}

void report_kind(const TomlMember& member, std::string_view wanted, Diagnostics& diagnostics,
                 std::string hint) {
  diagnostics.error(member.value.range,
                    "'" + member.key + "' has to be " + std::string(wanted) + ", not " +
                        std::string(kind_name(member.value.kind)),
                    std::move(hint));
}

namespace {

std::string article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

}  // namespace

bool check_name(std::string_view name, std::string_view what, SourceRange range, Diagnostics& diagnostics) {
  if (is_name(name)) return true;
  diagnostics.error(range, "'" + std::string(name) + "' can't be " + article(what) + " name",
                    "a name: " + std::string(name_rule));
  return false;
}

}  // namespace sluice::workflow
