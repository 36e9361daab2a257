#include <algorithm>
#include <charconv>

#include "engine/base/units.h"
#include "engine/workflow/setting.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr int most_attempts = 1000;
constexpr int largest_exit_code = 255;
constexpr double largest_factor = 100;

struct WrittenRule {
  double factor = 1;
  std::string cap;  ///< the text after "at most"
};

/// "x2 on out-of-memory" and "x1.5 on timeout, at most 24 h".
std::optional<WrittenRule> parse_rule(std::string_view text, std::string_view cause) {
  if (!text.starts_with('x')) return std::nullopt;
  text.remove_prefix(1);
  WrittenRule rule;
  const auto [stop, problem] =
      std::from_chars(text.data(), text.data() + text.size(), rule.factor, std::chars_format::fixed);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  const std::string middle = " on " + std::string(cause);
  if (!text.starts_with(middle)) return std::nullopt;
  text.remove_prefix(middle.size());
  constexpr std::string_view limit = ", at most ";
  if (text.empty()) return rule;
  if (!text.starts_with(limit) || text.size() == limit.size()) return std::nullopt;
  rule.cap = text.substr(limit.size());
  return rule;
}

template <typename Limit>
std::optional<Escalation<Limit>> read_escalation(const TomlMember& member, std::string_view cause,
                                                 const std::string& example_cap,
                                                 Result<Limit> (*parse_cap)(std::string_view),
                                                 const Scope& scope, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string problem, std::string hint) {
    diagnostics.error(member.value.range, std::move(problem), std::move(hint));
    return std::nullopt;
  };
  const auto text = read_text(member, scope, diagnostics);
  if (!text) return std::nullopt;
  const std::string example = "x2 on " + std::string(cause);
  const auto rule = parse_rule(*text, cause);
  if (!rule)
    return refuse("'" + *text + "' is no rule for '" + member.key + "'",
                  "write \"" + example + "\" or \"" + example + ", at most " + example_cap + "\"");
  if (!(rule->factor > 1) || rule->factor > largest_factor)
    return refuse("'" + member.key + "' has to grow by more than 1 and at most 100 times",
                  "write \"" + example + "\"");
  Escalation<Limit> escalation{rule->factor, 0, member.value.range};
  if (rule->cap.empty()) return escalation;
  const auto cap = parse_cap(rule->cap);
  if (!cap) return refuse("'" + member.key + "': " + cap.error().what, cap.error().hint);
  escalation.cap = *cap;
  return escalation;
}

std::optional<std::vector<int>> read_exit_codes(const TomlMember& member, const Scope& scope,
                                                Diagnostics& diagnostics) {
  if (!member.value.is_array()) {
    report_kind(member, "a list", diagnostics, "exit_codes = [74]");
    return std::nullopt;
  }
  std::vector<int> codes;
  for (const TomlValue& item : member.value.items)
    if (const auto code = read_count("exit_codes", item, 1, largest_exit_code, scope, diagnostics))
      codes.push_back(*code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

template <typename Limit>
void check_escalation(const char* key, const std::optional<Escalation<Limit>>& rule, Limit asked,
                      Diagnostics& diagnostics) {
  if (!rule) return;
  const std::string name = std::string("'") + key + "'";
  if (!(asked > 0))
    diagnostics.warning(rule->range, name + " has nothing to multiply, so it changes nothing",
                        "say how much in resources." + std::string(key));
  else if (rule->cap > 0 && asked >= rule->cap)
    diagnostics.error(rule->range, name + " can't grow: the stage asks for as much already", "raise the cap");
}

}  // namespace

RetryLayer read_retry(const TomlMember& table, const Scope& scope, Diagnostics& diagnostics) {
  RetryLayer layer;
  if (!table.value.is_table()) {
    report_kind(table, "a table", diagnostics, "retry = { attempts = 3, memory = \"x2 on out-of-memory\" }");
    return layer;
  }
  TableReader reader(retry_schema(), table.value, "'retry'", diagnostics);
  if (const TomlMember* member = reader.take("attempts"))
    layer.attempts = read_count(*member, 1, most_attempts, scope, diagnostics);
  if (const TomlMember* member = reader.take("exit_codes"))
    layer.exit_codes = read_exit_codes(*member, scope, diagnostics);
  if (const TomlMember* member = reader.take("memory"))
    layer.memory = read_escalation(*member, "out-of-memory", "64 GB", parse_bytes, scope, diagnostics);
  if (const TomlMember* member = reader.take("time"))
    layer.time = read_escalation(*member, "timeout", "24 h", parse_seconds, scope, diagnostics);
  if (const TomlMember* member = reader.take("delay"))
    layer.delay_s = read_seconds(*member, scope, diagnostics);
  reader.finish();
  return layer;
}

void lay(const RetryLayer& upper, RetryLayer& lower) {
  if (upper.attempts) lower.attempts = upper.attempts;
  if (upper.exit_codes) lower.exit_codes = upper.exit_codes;
  if (upper.memory) lower.memory = upper.memory;
  if (upper.time) lower.time = upper.time;
  if (upper.delay_s) lower.delay_s = upper.delay_s;
}

RetryRule rule_of(const RetryLayer& layer) {
  RetryRule rule;
  rule.attempts = layer.attempts.value_or(1);
  rule.exit_codes = layer.exit_codes.value_or(std::vector<int>());
  if (layer.memory) {
    rule.memory_factor = layer.memory->factor;
    rule.memory_cap_bytes = layer.memory->cap;
  }
  if (layer.time) {
    rule.time_factor = layer.time->factor;
    rule.time_cap_s = layer.time->cap;
  }
  rule.delay_s = layer.delay_s.value_or(0);
  return rule;
}

void check_retry(const RetryLayer& own, const executors::Resources& resources, Diagnostics& diagnostics) {
  check_escalation("memory", own.memory, resources.memory_bytes, diagnostics);
  check_escalation("time", own.time, resources.time_s, diagnostics);
}

}  // namespace sluice::workflow
