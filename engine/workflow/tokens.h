// The words of a `where` expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/workflow/value.h"

namespace sluice::workflow {

struct Token {
  enum class Kind : std::uint8_t { name, literal, symbol, unknown, end };
  Kind kind = Kind::end;
  std::string_view text;  ///< as written
  Scalar value;           ///< of a literal
  std::size_t offset = 0;
  std::string problem;  ///< of an unknown one
  std::string hint;

  bool is(std::string_view word) const {
    return (kind == Kind::name || kind == Kind::symbol) && text == word;
  }
};

/// Ends with a token of kind `end`, or of kind `unknown` where it had to stop.
std::vector<Token> tokenize(std::string_view text);

}  // namespace sluice::workflow
