#include <algorithm>

#include "engine/workflow/setting.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

using Setting = ExecutorSettings::Setting;

/// A setting's value as text; nothing when it was reported.
std::optional<std::string> setting_text(const TomlMember& member, const Scope& scope,
                                        Diagnostics& diagnostics) {
  if (!member.value.is_array()) {
    const auto filled = fill(member.value, scope, diagnostics);
    return filled ? std::optional(filled->text()) : std::nullopt;
  }
  Value list{Type::text, true, {}};
  for (const TomlValue& item : member.value.items) {
    const auto filled = fill(item, scope, diagnostics);
    if (!filled) return std::nullopt;
    const std::vector<Scalar>& items = filled->constant->items;
    list.items.insert(list.items.end(), items.begin(), items.end());
  }
  return to_text(list);
}

/// Tables within the table become "outer.inner".
void read_settings(const TomlValue& table, const std::string& prefix, const Scope& scope,
                   ExecutorSettings& executor, Diagnostics& diagnostics) {
  for (const TomlMember& member : table.members) {
    const std::string key = prefix + member.key;
    if (member.value.is_table()) {
      read_settings(member.value, key + ".", scope, executor, diagnostics);
    } else if (executor.find(key) == nullptr) {
      if (auto text = setting_text(member, scope, diagnostics))
        executor.settings.push_back({key, *std::move(text), member.value.range});
    }
  }
}

}  // namespace

const std::string* ExecutorSettings::find(std::string_view key) const {
  for (const Setting& setting : settings)
    if (setting.key == key) return &setting.value;
  return nullptr;
}

void read_executors(const TomlMember& member, const Scope& scope, std::vector<ExecutorSettings>& executors,
                    ExecutorChoice& standard, Diagnostics& diagnostics) {
  const auto choose = [&](const TomlMember& chosen) {
    const auto name = read_text(chosen, scope, diagnostics);
    if (name && standard.name.empty()) standard = {*name, chosen.value.range};
  };
  if (!member.value.is_table()) return choose(member);
  for (const TomlMember& table : member.value.members) {
    if (table.key == "default" && !table.value.is_table()) {
      choose(table);
    } else if (!table.value.is_table()) {
      diagnostics.error(table.key_range, "'" + table.key + "' stands outside of an executor's table",
                        "settings belong into [executor.NAME]; [executor] itself holds only 'default'");
    } else if (check_name(table.key, "executor", table.key_range, diagnostics)) {
      auto found = std::find_if(executors.begin(), executors.end(),
                                [&](const ExecutorSettings& known) { return known.name == table.key; });
      if (found == executors.end())
        found = executors.insert(executors.end(), {table.key, table.key_range, {}});
      read_settings(table.value, "", scope, *found, diagnostics);
    }
  }
}

}  // namespace sluice::workflow
