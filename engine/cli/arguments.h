// A command line taken apart and checked against the description of its verb: afterwards every option is
// known, every number is a number, and every choice is one of those offered.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::cli {

struct Verb;

class Arguments {
 public:
  bool has(std::string_view option) const;
  /// The value of an option; `fallback` if it was not given.
  std::string text(std::string_view option, const std::string& fallback = {}) const;
  std::int64_t number(std::string_view option, std::int64_t fallback) const;
  const std::vector<std::string>& all(std::string_view option) const;  ///< of one that may be repeated
  const std::vector<std::string>& operands() const { return operands_; }
  std::string operand(std::size_t index) const;  ///< empty if there are fewer

 private:
  friend Result<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> operands_;
};

/// `words`: what follows the verb. Mistakes are errors of kind usage, with what was probably meant.
Result<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words);

}  // namespace sluice::cli
