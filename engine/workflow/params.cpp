#include "engine/workflow/params.h"

#include "engine/base/text.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

/// "{other}" in a default looks as if it were filled in.
void warn_of_placeholder(const TomlMember& member, Diagnostics& diagnostics) {
  const std::string& text = member.value.text;
  const std::size_t open = text.find('{');
  const std::size_t close = open == std::string::npos ? open : text.find('}', open);
  if (close == std::string::npos) return;
  diagnostics.warning(range_inside(member.value, open, close - open + 1, diagnostics),
                      "a parameter's value is taken as it is: this is no placeholder");
}

}  // namespace

void Params::read(const TomlValue& table, Diagnostics& diagnostics) {
  for (const TomlMember& member : table.members) {
    const bool good_name = check_name(member.key, "parameter", member.key_range, diagnostics);
    Param param{member.key, member.key_range, scalar_value(std::string()), !good_name};
    if (auto value = read_value(member.value, "the parameter '" + member.key + "'", diagnostics))
      param.value = *std::move(value);
    else
      param.broken = true;
    if (member.value.is_text()) warn_of_placeholder(member, diagnostics);
    by_name_.emplace(param.name, params_.size());
    params_.push_back(std::move(param));
  }
}

void Params::set(const std::vector<std::pair<std::string, std::string>>& assignments,
                 Diagnostics& diagnostics) {
  for (const auto& [name, text] : assignments) set_one(name, text, diagnostics);
}

void Params::set_one(const std::string& name, const std::string& text, Diagnostics& diagnostics) {
  const auto place = [&](std::size_t column, std::string_view what) {
    const std::uint32_t file = diagnostics.add_source("--set", name + "=" + text);
    return SourceRange{file, 1, static_cast<std::uint32_t>(column + 1),
                       static_cast<std::uint32_t>(utf8_length(what))};
  };
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    Param& param = params_[found->second];
    if (param.broken) return;
    auto value = parse_like(param.value, text);
    if (value)
      param.value = *std::move(value);
    else
      diagnostics.error(place(utf8_length(name) + 1, text), value.error().what,
                        "its default in the workflow is " + to_text(param.value));
    return;
  }
  const std::vector<std::string> known = names();
  diagnostics.error(place(0, name), "the workflow has no parameter '" + name + "'",
                    known.empty() ? "it has no [params]" : suggest(name, known));
}

const Param* Params::peek(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &params_[found->second];
}

const Param* Params::find(std::string_view name) const {
  const Param* param = peek(name);
  if (param != nullptr) param->used = true;
  return param;
}

std::vector<std::string> Params::names() const {
  std::vector<std::string> names;
  for (const Param& param : params_) names.push_back(param.name);
  return names;
}

std::vector<std::pair<std::string, std::string>> Params::texts() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Param& param : params_) texts.emplace_back(param.name, to_text(param.value));
  return texts;
}

void Params::warn_of_unused(Diagnostics& diagnostics) const {
  for (const Param& param : params_)
    if (!param.used) diagnostics.warning(param.range, "the parameter '" + param.name + "' is not used");
}

}  // namespace sluice::workflow
