#include "stages/hpo/space/read_space.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/hpo/space/read_clauses.h"

namespace sluice::hpo {

namespace {

constexpr double most_integer = 0x1p53;  // up to here a double holds every integer
constexpr double most_real = 1e300;      // so that high - low is a number, too
constexpr double most_steps = 0x1p53;

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> names = {"float", "int", "choice", "ordinal"};
  return names;
}

std::optional<double> number_of(const TomlValue& value) {
  if (value.kind == TomlValue::Kind::integer) return static_cast<double>(value.integer);
  if (value.kind == TomlValue::Kind::real) return value.real;
  return std::nullopt;
}

/// Reads one parameter's table; `ok` turns false with the first mistake that makes the rest meaningless.
class ParameterReader {
 public:
  ParameterReader(const TomlMember& member, Diagnostics& diagnostics)
      : member_(member), table_(member.value), diagnostics_(diagnostics) {
    parameter_.name = member.key;
  }

  std::optional<Parameter> read() {
    if (!table_.is_table()) return read_constant(table_);
    check_keys();
    const TomlMember* kind = find_kind();
    if (kind == nullptr) return std::nullopt;
    const bool number = kind->key == "float" || kind->key == "int";
    parameter_.kind = kind->key == "float"    ? Kind::real
                      : kind->key == "int"    ? Kind::integer
                      : kind->key == "choice" ? Kind::choice
                                              : Kind::ordinal;
    if (!(number ? read_range(kind->value) : read_values(kind->value))) return std::nullopt;
    if (!read_scale(number)) return std::nullopt;
    return parameter_;
  }

 private:
  void error(const SourceRange& range, std::string message, std::string hint = {}) {
    diagnostics_.error(range, std::move(message), std::move(hint));
  }

  std::optional<Parameter> read_constant(const TomlValue& value) {
    parameter_.kind = Kind::constant;
    parameter_.values = {toml_to_json(value)};
    return parameter_;
  }

  void check_keys() {
    std::vector<std::string> known = kinds();
    known.insert(known.end(), {"log", "step", "when"});
    for (const TomlMember& entry : table_.members)
      if (std::find(known.begin(), known.end(), entry.key) == known.end())
        error(entry.key_range, "'" + entry.key + "' is nothing a parameter has", suggest(entry.key, known));
  }

  const TomlMember* find_kind() {
    const TomlMember* found = nullptr;
    for (const TomlMember& entry : table_.members) {
      if (std::find(kinds().begin(), kinds().end(), entry.key) == kinds().end()) continue;
      if (found != nullptr) {
        error(entry.key_range, "'" + member_.key + "' is both " + found->key + " and " + entry.key,
              "a parameter has one kind");
        return nullptr;
      }
      found = &entry;
    }
    if (found == nullptr && !diagnostics_.has_errors())
      error(member_.key_range, "'" + member_.key + "' does not say what it may be",
            "one of: float = [low, high], int = [low, high], choice = […], ordinal = […], or a value");
    return found;
  }

  bool read_range(const TomlValue& value) {
    const bool integer = parameter_.kind == Kind::integer;
    if (!value.is_array() || value.items.size() != 2) {
      error(value.range, "a range is two numbers", "[low, high]");
      return false;
    }
    std::array<double, 2> ends = {};
    for (std::size_t i = 0; i < 2; ++i) {
      const TomlValue& item = value.items[i];
      const auto number = number_of(item);
      if (!number || !std::isfinite(*number) || (integer && item.kind != TomlValue::Kind::integer)) {
        error(item.range, std::string("needs ") + (integer ? "an integer" : "a number") + ", not " +
                              std::string(kind_name(item.kind)));
        return false;
      }
      if (std::abs(*number) > (integer ? most_integer : most_real)) {
        error(item.range, "is too large for a range",
              "numbers up to " + std::string(integer ? "2^53" : "1e300"));
        return false;
      }
      ends[i] = *number;
    }
    if (ends[0] > ends[1]) {
      error(value.range, "the range ends before it begins");
      return false;
    }
    parameter_.low = ends[0];
    parameter_.high = ends[1];
    parameter_.step = integer ? 1 : 0;
    return true;
  }

  bool read_values(const TomlValue& value) {
    if (!value.is_array() || value.items.empty()) {
      error(value.range, "needs a list of values");
      return false;
    }
    for (const TomlValue& item : value.items) {
      json::value read = toml_to_json(item);
      if (std::find(parameter_.values.begin(), parameter_.values.end(), read) != parameter_.values.end()) {
        error(item.range, "is in the list twice");
        return false;
      }
      parameter_.values.push_back(std::move(read));
    }
    return true;
  }

  bool read_scale(bool number) {
    for (const TomlMember& entry : table_.members) {
      if (entry.key != "log" && entry.key != "step") continue;
      if (!number) {
        error(entry.key_range, "'" + entry.key + "' belongs to float and int");
        return false;
      }
      if (!(entry.key == "log" ? read_log(entry.value) : read_step(entry.value))) return false;
    }
    return true;
  }

  bool read_log(const TomlValue& value) {
    if (value.kind != TomlValue::Kind::boolean) {
      error(value.range, "needs true or false");
      return false;
    }
    parameter_.log = value.boolean;
    if (!parameter_.log || parameter_.low > 0) return true;
    error(value.range, "a logarithmic range begins above 0");
    return false;
  }

  bool read_step(const TomlValue& value) {
    const auto step = number_of(value);
    if (!step || !(*step > 0) ||
        (parameter_.kind == Kind::integer && value.kind != TomlValue::Kind::integer)) {
      error(value.range,
            parameter_.kind == Kind::integer ? "needs an integer above 0" : "needs a number above 0");
      return false;
    }
    if (*step > parameter_.high - parameter_.low) {
      error(value.range, "the step is wider than the range");
      return false;
    }
    if ((parameter_.high - parameter_.low) / *step > most_steps) {
      error(value.range, "the step is too fine for the range", "leave it out");
      return false;
    }
    parameter_.step = *step;
    parameter_.high = parameter_.low + *step * std::floor((parameter_.high - parameter_.low) / *step + 1e-9);
    return true;
  }

  const TomlMember& member_;
  const TomlValue& table_;
  Diagnostics& diagnostics_;
  Parameter parameter_;
};

/// Something is left that may be tried.
void check_forbidden(const Space& space, const TomlMember& forbid, Diagnostics& diagnostics) {
  Draws draws(0, 0, Purpose::sample);
  if (draw_point(space, draws)) return;
  constexpr std::uint64_t most_counted = 100'000;
  const auto count = space.count();
  for (std::uint64_t number = 0; count && *count <= most_counted && number < *count; ++number)
    if (!is_forbidden(space, numbered_point(space, number))) return;
  diagnostics.error(forbid.key_range, "forbids every configuration",
                    count && *count <= most_counted ? "" : "of a thousand that were drawn, none is allowed");
}

}  // namespace

Space read_space(const TomlMember* space, const TomlMember* forbid, Diagnostics& diagnostics) {
  Space result;
  if (space == nullptr || !space->value.is_table() || space->value.members.empty()) {
    diagnostics.error(space == nullptr ? SourceRange{0, 0, 0, 1} : space->key_range,
                      "a study needs a table [space] with parameters",
                      "lr = { float = [1e-5, 1e-2], log = true }");
    return result;
  }
  std::vector<const TomlMember*> whens;
  for (const TomlMember& member : space->value.members) {
    auto parameter = ParameterReader(member, diagnostics).read();
    if (!parameter) continue;
    result.parameters.push_back(std::move(*parameter));
    whens.push_back(member.value.is_table() ? member.value.find("when") : nullptr);
  }
  if (diagnostics.has_errors()) return result;
  read_conditions(result, whens, diagnostics);
  if (forbid != nullptr) read_forbidden(result, *forbid, diagnostics);
  if (forbid != nullptr && !diagnostics.has_errors()) check_forbidden(result, *forbid, diagnostics);
  if (!diagnostics.has_errors() && result.searched().empty())
    diagnostics.error(space->key_range, "every parameter has only one value: there is nothing to search");
  return result;
}

}  // namespace sluice::hpo
