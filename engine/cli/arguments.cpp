#include "engine/cli/arguments.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>

#include "engine/base/diagnostics.h"
#include "engine/cli/verb.h"

namespace sluice::cli {

namespace options = boost::program_options;

namespace {

constexpr const char* operands_key = " operands";  // no option can be called that

Error usage_error(const Verb& verb, std::string what, std::string hint = {}) {
  if (hint.empty()) hint = "see: sluice help " + verb.name;
  return {std::move(what), "sluice " + verb.name, std::move(hint), ErrorKind::usage};
}

options::options_description describe(const Verb& verb) {
  options::options_description description;
  for (const Option& option : verb.options) {
    const std::string names = option.letter == 0 ? option.name : option.name + "," + option.letter;
    if (option.value.empty()) {
      description.add_options()(names.c_str(), "");
    } else {
      description.add_options()(names.c_str(), options::value<std::vector<std::string>>());
    }
  }
  description.add_options()(operands_key, options::value<std::vector<std::string>>());
  return description;
}

Error unknown_option(const Verb& verb, const std::string& given) {
  std::vector<std::string> names;
  for (const Option& option : verb.options) names.push_back(option.name);
  names.emplace_back("help");
  const std::string word = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  const std::string near = nearest(word.substr(0, word.find('=')), names);
  return usage_error(verb, "unknown option '" + given + "'",
                     near.empty() ? std::string() : "did you mean '--" + near + "'?");
}

const Option* find_option(const Verb& verb, std::string_view name) {
  const std::string_view bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
  for (const Option& option : verb.options)
    if (option.name == bare || (bare.size() == 1 && option.letter == bare[0])) return &option;
  return nullptr;
}

/// "-j N, --jobs N" is written as it was typed, without its dashes, in Boost's errors.
Error syntax_error(const Verb& verb, const options::error_with_option_name& error) {
  const Option* option = find_option(verb, error.get_option_name());
  if (option == nullptr) return usage_error(verb, error.what());
  if (option->value.empty()) return usage_error(verb, "--" + option->name + " takes no value");
  return usage_error(verb, "--" + option->name + " needs a value",
                     "write: --" + option->name + " " + option->value);
}

Status check_value(const Verb& verb, const std::string& what, const std::string& value, Names names,
                   const std::vector<std::string>& choices) {
  if (names == Names::number) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc() || end != value.data() + value.size() || number < 0)
      return usage_error(verb, what + " takes a whole number, not '" + value + "'");
  }
  if (names == Names::choice && std::find(choices.begin(), choices.end(), value) == choices.end())
    return usage_error(verb, what + " can't be '" + value + "'", suggest(value, choices));
  return Ok{};
}

Status check_options(const Verb& verb,
                     const std::map<std::string, std::vector<std::string>, std::less<>>& values) {
  for (const Option& option : verb.options) {
    const auto given = values.find(option.name);
    if (given == values.end()) continue;
    if (!option.repeats && given->second.size() > 1)
      return usage_error(verb, "--" + option.name + " may be given only once");
    for (const std::string& value : given->second)
      if (auto fine = check_value(verb, "--" + option.name, value, option.names, option.choices); !fine)
        return fine;
  }
  return Ok{};
}

Status check_operands(const Verb& verb, const std::vector<std::string>& given) {
  const bool open_ended = !verb.operands.empty() && verb.operands.back().repeats;
  if (given.size() > verb.operands.size() && !open_ended)
    return usage_error(verb, "'" + given[verb.operands.size()] + "' is one argument too many");
  for (std::size_t i = 0; i < verb.operands.size(); ++i)
    if (verb.operands[i].required && i >= given.size())
      return usage_error(verb, verb.operands[i].name + " is missing");
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Operand& operand = verb.operands[std::min(i, verb.operands.size() - 1)];
    if (auto fine = check_value(verb, operand.name, given[i], operand.names, operand.choices); !fine)
      return fine;
  }
  return Ok{};
}

}  // namespace

bool Arguments::has(std::string_view option) const { return values_.find(option) != values_.end(); }

const std::vector<std::string>& Arguments::all(std::string_view option) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(option);
  return found == values_.end() ? none : found->second;
}

std::string Arguments::text(std::string_view option, const std::string& fallback) const {
  const auto& values = all(option);
  return values.empty() ? fallback : values.back();
}

std::int64_t Arguments::number(std::string_view option, std::int64_t fallback) const {
  const auto& values = all(option);
  std::int64_t number = fallback;
  if (!values.empty())
    std::from_chars(values.back().data(), values.back().data() + values.back().size(), number);
  return number;
}

std::string Arguments::operand(std::size_t index) const {
  return index < operands_.size() ? operands_[index] : std::string();
}

Result<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words) {
  using options::command_line_style::allow_guessing;
  using options::command_line_style::unix_style;
  options::positional_options_description positional;
  positional.add(operands_key, -1);
  const options::options_description description = describe(verb);
  Arguments arguments;
  try {
    const std::vector<std::string> copy(words.begin(), words.end());
    const auto parsed = options::command_line_parser(copy)
                            .options(description)
                            .positional(positional)
                            .style(unix_style & ~allow_guessing)
                            .run();
    for (const auto& option : parsed.options) {
      auto& values =
          option.string_key == operands_key ? arguments.operands_ : arguments.values_[option.string_key];
      values.insert(values.end(), option.value.begin(), option.value.end());
    }
  } catch (const options::unknown_option& error) {
    return unknown_option(verb, error.get_option_name());
  } catch (const options::error_with_option_name& error) {
    return syntax_error(verb, error);
  }
  if (auto fine = check_options(verb, arguments.values_); !fine) return std::move(fine).error();
  if (auto fine = check_operands(verb, arguments.operands_); !fine) return std::move(fine).error();
  return arguments;
}

}  // namespace sluice::cli
