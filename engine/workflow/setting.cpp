#include "engine/workflow/setting.h"

#include "engine/base/text.h"
#include "engine/base/units.h"

namespace sluice::workflow {

namespace {

void refuse(const std::string& key, SourceRange range, std::string_view wanted, const Value& found,
            Diagnostics& diagnostics, std::string hint = {}) {
  diagnostics.error(range, "'" + key + "' has to be " + std::string(wanted) + ", not " + type_name(found),
                    std::move(hint));
}

/// The value with its parameters; nothing when it was reported.
std::optional<Value> constant_of(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics) {
  auto filled = fill(value, scope, diagnostics);
  if (!filled) return std::nullopt;
  return std::move(filled->constant);
}

template <typename Number>
std::optional<Number> read_quantity(const TomlMember& member, std::string_view wanted, const char* unit,
                                    Result<Number> (*parse)(std::string_view), const Scope& scope,
                                    Diagnostics& diagnostics) {
  const auto value = constant_of(member.value, scope, diagnostics);
  if (!value) return std::nullopt;
  if (value->is_list || value->type != Type::text) {
    const bool number = !value->is_list && value->type != Type::boolean;
    refuse(member.key, member.value.range, wanted, *value, diagnostics,
           number ? "write it with a unit, in quotes: \"" + to_text(*value) + unit + "\"" : "");
    return std::nullopt;
  }
  auto quantity = parse(std::get<std::string>(value->items.front()));
  if (quantity) return *quantity;
  diagnostics.error(member.value.range, "'" + member.key + "': " + quantity.error().what,
                    quantity.error().hint);
  return std::nullopt;
}

}  // namespace

std::optional<int> read_count(const std::string& key, const TomlValue& found, int least, int most,
                              const Scope& scope, Diagnostics& diagnostics) {
  const auto value = constant_of(found, scope, diagnostics);
  if (!value) return std::nullopt;
  if (value->is_list || value->type != Type::integer) {
    refuse(key, found.range, "an integer", *value, diagnostics);
    return std::nullopt;
  }
  const auto number = std::get<std::int64_t>(value->items.front());
  if (number >= least && number <= most) return static_cast<int>(number);
  diagnostics.error(found.range, "'" + key + "' has to be from " + std::to_string(least) + " to " +
                                     std::to_string(most) + ", not " + std::to_string(number));
  return std::nullopt;
}

std::optional<int> read_count(const TomlMember& member, int least, int most, const Scope& scope,
                              Diagnostics& diagnostics) {
  return read_count(member.key, member.value, least, most, scope, diagnostics);
}

std::optional<bool> read_boolean(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics) {
  const auto value = constant_of(member.value, scope, diagnostics);
  if (!value) return std::nullopt;
  if (!value->is_list && value->type == Type::boolean) return std::get<bool>(value->items.front());
  refuse(member.key, member.value.range, "true or false", *value, diagnostics);
  return std::nullopt;
}

std::optional<std::string> read_text(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics) {
  const auto value = constant_of(member.value, scope, diagnostics);
  if (!value) return std::nullopt;
  if (value->is_list || value->type != Type::text) {
    refuse(member.key, member.value.range, "a text", *value, diagnostics);
    return std::nullopt;
  }
  const auto& text = std::get<std::string>(value->items.front());
  if (!text.empty() && !has_control(text)) return text;
  diagnostics.error(member.value.range,
                    "'" + member.key + "' " + (text.empty() ? "is empty" : "holds a control character"));
  return std::nullopt;
}

std::optional<std::uint64_t> read_bytes(const TomlMember& member, const Scope& scope,
                                        Diagnostics& diagnostics) {
  return read_quantity(member, "an amount of memory", " GB", parse_bytes, scope, diagnostics);
}

std::optional<double> read_seconds(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics) {
  return read_quantity(member, "a duration", " min", parse_seconds, scope, diagnostics);
}

std::optional<double> read_share(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics) {
  return read_quantity(member, "a percentage", "%", parse_percent, scope, diagnostics);
}

}  // namespace sluice::workflow
