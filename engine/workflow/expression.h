// `where`: which combinations of keys become tasks. A small typed language over keys and parameters:
//
//   where = "shard <= 2 and sample != 'qq' or tune in ['a', 'b']"
//
// Comparisons == != < <= > >=, `in` and `not in` with a list, `and`, `or`, `not`, parentheses; texts in
// single or double quotes. Types must agree: a text is never equal to a number, that is an error and not
// false.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/fanout.h"
#include "engine/workflow/params.h"

namespace sluice::workflow {

/// Below, at or above zero, as a is less than, equal to or greater than b. Integers and numbers compare by
/// value.
int order(const Scalar& a, const Scalar& b);

struct Operand {
  bool is_key = false;
  std::uint32_t key = 0;
  Type type = Type::text;
  Scalar constant;
};

struct Expression {
  enum class Op : std::uint8_t {
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    is_true,
    logical_and,
    logical_or,
    logical_not
  };
  struct Node {
    Op op = Op::is_true;
    std::uint32_t left = 0;   ///< operand of a comparison, node of and/or/not
    std::uint32_t right = 0;  ///< operand, node, or list
  };
  std::vector<Operand> operands;
  std::vector<std::vector<Scalar>> lists;  ///< sorted
  std::vector<Node> nodes;
  std::uint32_t root = 0;

  bool holds(std::span<const std::shared_ptr<const Domain>> domains,
             std::span<const std::uint32_t> row) const;
};

/// Nothing when it was reported. `text` is a TOML text.
std::optional<Expression> parse_expression(const TomlValue& text,
                                           std::span<const std::shared_ptr<const Domain>> domains,
                                           const Params& params, Diagnostics& diagnostics);

}  // namespace sluice::workflow
