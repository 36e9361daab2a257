#include <algorithm>

#include "engine/workflow/setting.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr int largest_pool = 1'000'000;

void add_use(const std::string& name, SourceRange range, int amount, const std::vector<Pool>& pools,
             std::vector<PoolUse>& uses, Diagnostics& diagnostics) {
  const auto found =
      std::find_if(pools.begin(), pools.end(), [&](const Pool& pool) { return pool.name == name; });
  if (found == pools.end()) {
    std::vector<std::string> names;
    for (const Pool& pool : pools) names.push_back(pool.name);
    diagnostics.error(
        range, "there is no pool '" + name + "'",
        names.empty() ? "declare it at the top: pools = { " + name + " = 2 }" : suggest(name, names));
    return;
  }
  const auto index = static_cast<std::uint32_t>(found - pools.begin());
  const bool twice =
      std::any_of(uses.begin(), uses.end(), [&](const PoolUse& use) { return use.pool == index; });
  if (twice) {
    diagnostics.error(range, "the pool '" + name + "' stands twice");
  } else if (amount > found->size) {
    diagnostics.error(range, "the stage takes " + std::to_string(amount) + " of the pool '" + name +
                                 "', which has " + std::to_string(found->size));
  } else {
    uses.push_back({index, amount});
  }
}

}  // namespace

void read_pools(const TomlMember& table, const Scope& scope, std::vector<Pool>& pools,
                Diagnostics& diagnostics) {
  if (!table.value.is_table()) {
    report_kind(table, "a table", diagnostics, "pools = { io = 2 }");
    return;
  }
  for (const TomlMember& member : table.value.members) {
    if (!check_name(member.key, "pool", member.key_range, diagnostics)) continue;
    const auto size = read_count(member, 1, largest_pool, scope, diagnostics);
    const bool known =
        std::any_of(pools.begin(), pools.end(), [&](const Pool& pool) { return pool.name == member.key; });
    if (!known) pools.push_back({member.key, size.value_or(largest_pool)});
  }
}

std::vector<PoolUse> read_pool_uses(const TomlMember& member, const Scope& scope,
                                    const std::vector<Pool>& pools, Diagnostics& diagnostics) {
  std::vector<PoolUse> uses;
  if (member.value.is_table()) {
    for (const TomlMember& use : member.value.members)
      if (const auto amount = read_count(use, 1, largest_pool, scope, diagnostics))
        add_use(use.key, use.key_range, *amount, pools, uses, diagnostics);
  } else if (member.value.is_array()) {
    for (const TomlValue& name : member.value.items) {
      if (name.is_text())
        add_use(name.text, name.range, 1, pools, uses, diagnostics);
      else
        diagnostics.error(name.range,
                          "the name of a pool has to be a text, not " + std::string(kind_name(name.kind)));
    }
  } else {
    report_kind(member, "a list or a table", diagnostics, "pools = [\"io\"] or pools = { io = 2 }");
  }
  return uses;
}

}  // namespace sluice::workflow
