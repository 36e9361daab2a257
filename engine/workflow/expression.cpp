#include "engine/workflow/expression.h"

#include <algorithm>

namespace sluice::workflow {

namespace {

using Domains = std::span<const std::shared_ptr<const Domain>>;

class Evaluation {
 public:
  Evaluation(const Expression& expression, Domains domains, std::span<const std::uint32_t> row)
      : expression_(expression), domains_(domains), row_(row) {}

  bool node(std::uint32_t index) const {
    using Op = Expression::Op;
    const Expression::Node& node_at = expression_.nodes[index];
    switch (node_at.op) {
      case Op::logical_and: return node(node_at.left) && node(node_at.right);
      case Op::logical_or: return node(node_at.left) || node(node_at.right);
      case Op::logical_not: return !node(node_at.left);
      case Op::is_true: return std::get<bool>(value(node_at.left));
      case Op::in: return is_in(value(node_at.left), expression_.lists[node_at.right]);
      case Op::equal: return compare(node_at) == 0;
      case Op::unequal: return compare(node_at) != 0;
      case Op::less: return compare(node_at) < 0;
      case Op::less_equal: return compare(node_at) <= 0;
      case Op::greater: return compare(node_at) > 0;
      case Op::greater_equal: return compare(node_at) >= 0;
    }
    return false;
  }

 private:
  const Scalar& value(std::uint32_t index) const {
    const Operand& operand = expression_.operands[index];
    return operand.is_key ? domains_[operand.key]->values[row_[operand.key]] : operand.constant;
  }
  int compare(const Expression::Node& comparison) const {
    return order(value(comparison.left), value(comparison.right));
  }
  static bool is_in(const Scalar& wanted, const std::vector<Scalar>& list) {
    return std::binary_search(list.begin(), list.end(), wanted,
                              [](const Scalar& a, const Scalar& b) { return order(a, b) < 0; });
  }

  const Expression& expression_;
  Domains domains_;
  std::span<const std::uint32_t> row_;
};

}  // namespace

int order(const Scalar& a, const Scalar& b) {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  const auto number = [](const Scalar& scalar) {
    const auto* integer = std::get_if<std::int64_t>(&scalar);
    return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(scalar);
  };
  if (a.index() != b.index())
    return sign(number(a), number(b));  // the parser lets nothing else differ in type
  return sign(a, b);
}

bool Expression::holds(Domains domains, std::span<const std::uint32_t> row) const {
  return Evaluation(*this, domains, row).node(root);
}

}  // namespace sluice::workflow
