#include "executors/external/schema.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/units.h"
#include "executors/external/messages.h"

namespace sluice::executors::external {

namespace {

/// What a value must be, and how it is called in a message.
struct Wanted {
  const json::object& schema;
  std::string type;
  std::string format;

  explicit Wanted(const json::object& described)
      : schema(described),
        type(json_string(described, "type").value_or("string")),
        format(json_string(described, "format").value_or("")) {}
};

std::string name_of(const Wanted& wanted) {
  if (wanted.format == "duration") return "a time like \"90 s\"";
  if (wanted.format == "bytes") return "a size like \"4 GB\"";
  if (wanted.type == "integer") return "a whole number";
  if (wanted.type == "number") return "a number";
  if (wanted.type == "boolean") return "true or false";
  if (wanted.type == "array") return "a list";
  return "a text";
}

std::optional<double> number_from(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> integer_from(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// A setting's text as a value of the wanted type, or nothing.
std::optional<json::value> typed(const Wanted& wanted, const std::string& text);

std::optional<json::value> typed_list(const Wanted& wanted, const std::string& text) {
  const auto parsed = parse_json(text, "");
  if (!parsed || !parsed->is_array()) return std::nullopt;
  const json::object* items = json_object(wanted.schema, "items");
  if (items == nullptr) return *parsed;
  json::array list;
  for (const auto& item : parsed->get_array()) {
    const std::string word = item.is_string() ? std::string(item.get_string()) : json::serialize(item);
    auto value = typed(Wanted(*items), word);
    if (!value) return std::nullopt;
    list.push_back(std::move(*value));
  }
  return json::value(std::move(list));
}

std::optional<json::value> typed(const Wanted& wanted, const std::string& text) {
  if (wanted.format == "duration") {
    const auto seconds = parse_seconds(text);
    return seconds ? std::optional<json::value>(*seconds) : std::nullopt;
  }
  if (wanted.format == "bytes") {
    const auto bytes = parse_bytes(text);
    return bytes ? std::optional<json::value>(static_cast<std::int64_t>(*bytes)) : std::nullopt;
  }
  if (wanted.type == "array") return typed_list(wanted, text);
  if (wanted.type == "boolean") {
    if (text != "true" && text != "false") return std::nullopt;
    return json::value(text == "true");
  }
  if (wanted.type == "integer") {
    const auto number = integer_from(text);
    return number ? std::optional<json::value>(*number) : std::nullopt;
  }
  if (wanted.type == "number") {
    const auto number = number_from(text);
    return number ? std::optional<json::value>(*number) : std::nullopt;
  }
  return json::value(text);
}

class Checker {
 public:
  Checker(std::string executor, Diagnostics& diagnostics)
      : executor_(std::move(executor)), diagnostics_(diagnostics) {}

  void describe(const json::object& schema, const std::string& prefix) {
    const json::object* properties = json_object(schema, "properties");
    if (properties == nullptr) return;
    for (const auto& [key, value] : *properties) {
      const json::object* described = value.if_object();
      if (described == nullptr) continue;
      const std::string name = prefix + std::string(key);
      if (json_string(*described, "type") == "object")
        describe(*described, name + ".");
      else
        wanted_.emplace(name, Wanted(*described));
    }
    if (const json::array* required = json_array(schema, "required"))
      for (const auto& key : *required)
        if (key.is_string()) required_.push_back(prefix + std::string(key.get_string()));
  }

  void read(const Setting& setting) {
    const auto found = wanted_.find(setting.key);
    if (found == wanted_.end()) return report_unknown(setting);
    given_.insert(setting.key);  // even if it is wrong: it is not also missing
    const Wanted& wanted = found->second;
    auto value = typed(wanted, setting.value);
    if (!value) return expected(setting, name_of(wanted));
    if (!fits(setting, wanted, *value)) return;
    put(setting.key, std::move(*value));
  }

  json::object finish(SourceRange table) {
    for (const auto& key : required_)
      if (!given(key))
        diagnostics_.error(table, "the executor '" + executor_ + "' needs the setting '" + key + "'",
                           description(key));
    for (const auto& [key, wanted] : wanted_)
      if (const auto* standard = wanted.schema.if_contains("default"); standard != nullptr && !given(key))
        put(key, *standard);
    return std::move(values_);
  }

 private:
  void report_unknown(const Setting& setting) {
    std::vector<std::string> known;
    for (const auto& [key, wanted] : wanted_) known.push_back(key);
    std::string hint = suggest(setting.key, known);
    if (known.empty()) hint = "it takes none of its own";
    diagnostics_.error(setting.range, "the executor '" + executor_ + "' has no setting '" + setting.key + "'",
                       hint);
  }

  void expected(const Setting& setting, const std::string& what) {
    diagnostics_.error(setting.range, "'" + setting.key + "' is " + what + ", not '" + setting.value + "'",
                       description(setting.key));
  }

  bool fits(const Setting& setting, const Wanted& wanted, const json::value& value) {
    if (const json::array* choices = json_array(wanted.schema, "enum")) {
      std::vector<std::string> words;
      for (const auto& choice : *choices) {
        if (choice == value) return true;
        words.push_back(choice.is_string() ? std::string(choice.get_string()) : json::serialize(choice));
      }
      diagnostics_.error(setting.range, "'" + setting.key + "' can't be '" + setting.value + "'",
                         suggest(setting.value, words));
      return false;
    }
    if (!value.is_number()) return true;
    const double number = value.to_number<double>();
    const auto least = json_double(wanted.schema, "minimum");
    const auto most = json_double(wanted.schema, "maximum");
    if (least && number < *least)
      return expected(setting, "at least " + json::serialize(*wanted.schema.if_contains("minimum"))), false;
    if (most && number > *most)
      return expected(setting, "at most " + json::serialize(*wanted.schema.if_contains("maximum"))), false;
    return true;
  }

  std::string description(const std::string& key) const {
    const auto found = wanted_.find(key);
    return found == wanted_.end() ? "" : shown(json_string(found->second.schema, "description").value_or(""));
  }

  bool given(const std::string& key) const { return given_.contains(key); }

  /// "outer.inner" goes into the object `outer`.
  void put(const std::string& key, json::value value) {
    given_.insert(key);
    json::object* object = &values_;
    std::size_t begin = 0;
    for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', begin)) {
      json::value& inner = (*object)[key.substr(begin, dot - begin)];
      if (!inner.is_object()) inner = json::object();
      object = &inner.get_object();
      begin = dot + 1;
    }
    (*object)[key.substr(begin)] = std::move(value);
  }

  std::string executor_;
  Diagnostics& diagnostics_;
  std::map<std::string, Wanted> wanted_;
  std::vector<std::string> required_;
  std::set<std::string> given_;
  json::object values_;
};

}  // namespace

json::object check_settings(const json::object& schema, std::span<const Setting> settings,
                            const std::string& executor, SourceRange table, Diagnostics& diagnostics) {
  Checker checker(executor, diagnostics);
  checker.describe(schema, "");
  for (const auto& setting : settings) checker.read(setting);
  return checker.finish(table);
}

}  // namespace sluice::executors::external
