// The reading half of expression.h: recursive descent over tokens, types checked on the way.
#include <algorithm>

#include "engine/workflow/expression.h"
#include "engine/workflow/tokens.h"

namespace sluice::workflow {

namespace {

using Op = Expression::Op;
constexpr int deepest = 64;
constexpr std::size_t most_tokens = 10'000;

/// What stands on one side of a comparison, with its place.
struct Side {
  std::uint32_t operand = 0;
  Type type = Type::text;
  Token token;
};

bool is_number(Type type) { return type == Type::integer || type == Type::real; }
bool comparable(Type a, Type b) { return a == b || (is_number(a) && is_number(b)); }

class Parser {
 public:
  Parser(const TomlValue& text, std::span<const std::shared_ptr<const Domain>> domains, const Params& params,
         Diagnostics& diagnostics)
      : text_(text),
        domains_(domains),
        params_(params),
        diagnostics_(diagnostics),
        tokens_(tokenize(text.text)) {}

  std::optional<Expression> parse() {
    if (tokens_.size() > most_tokens) {
      diagnostics_.error(text_.range, "the expression is too long");
      return std::nullopt;
    }
    const auto root = parse_or(0);
    if (!root) return std::nullopt;
    if (peek().kind != Token::Kind::end) {
      refuse(peek(), "'" + std::string(peek().text) + "' is not expected here",
             "join conditions with 'and' or 'or'");
      return std::nullopt;
    }
    expression_.root = *root;
    return std::move(expression_);
  }

 private:
  using NodeIndex = std::optional<std::uint32_t>;

  const Token& peek() const { return tokens_[at_]; }
  Token take() {
    Token token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool take(std::string_view word) {
    if (!peek().is(word)) return false;
    take();
    return true;
  }

  std::nullopt_t refuse(const Token& token, std::string problem, std::string hint = {}) {
    if (token.kind == Token::Kind::unknown) {
      problem = token.problem;
      hint = token.hint;
    }
    diagnostics_.error(range_inside(text_, token.offset, token.text.size(), diagnostics_), std::move(problem),
                       std::move(hint));
    return std::nullopt;
  }

  std::uint32_t add(Op op, std::uint32_t left, std::uint32_t right = 0) {
    expression_.nodes.push_back({op, left, right});
    return static_cast<std::uint32_t>(expression_.nodes.size() - 1);
  }

  NodeIndex parse_or(int depth) {
    NodeIndex left = parse_and(depth);
    while (left && take("or")) {
      const NodeIndex right = parse_and(depth);
      left = right ? NodeIndex(add(Op::logical_or, *left, *right)) : std::nullopt;
    }
    return left;
  }

  NodeIndex parse_and(int depth) {
    NodeIndex left = parse_not(depth);
    while (left && take("and")) {
      const NodeIndex right = parse_not(depth);
      left = right ? NodeIndex(add(Op::logical_and, *left, *right)) : std::nullopt;
    }
    return left;
  }

  NodeIndex parse_not(int depth) {
    if (depth > deepest) return refuse(peek(), "nested more than " + std::to_string(deepest) + " deep");
    if (take("not")) {
      const NodeIndex inner = parse_not(depth + 1);
      return inner ? NodeIndex(add(Op::logical_not, *inner)) : std::nullopt;
    }
    if (!take("(")) return parse_comparison();
    const NodeIndex inner = parse_or(depth + 1);
    if (inner && !take(")")) return refuse(peek(), "a ')' is missing");
    return inner;
  }

  NodeIndex parse_comparison() {
    const auto left = parse_side();
    if (!left) return std::nullopt;
    const Token op = peek();
    if (take("in")) return parse_in(*left);
    if (op.is("not")) {
      take();
      if (!take("in")) return refuse(peek(), "'in' is expected after 'not' here");
      const NodeIndex inner = parse_in(*left);
      return inner ? NodeIndex(add(Op::logical_not, *inner)) : std::nullopt;
    }
    if (const auto comparison = comparison_of(op)) return parse_right(*left, *comparison);
    if (left->type != Type::boolean || op.kind == Token::Kind::unknown)
      return refuse(op.kind == Token::Kind::unknown ? op : left->token,
                    "'" + std::string(left->token.text) + "' alone is no condition",
                    "compare it: == != < <= > >= in");
    return add(Op::is_true, left->operand);
  }

  static std::optional<Op> comparison_of(const Token& token) {
    static constexpr std::pair<std::string_view, Op> all[] = {{"==", Op::equal},  {"!=", Op::unequal},
                                                              {"<", Op::less},    {"<=", Op::less_equal},
                                                              {">", Op::greater}, {">=", Op::greater_equal}};
    for (const auto& [text, op] : all)
      if (token.is(text)) return op;
    return std::nullopt;
  }

  NodeIndex parse_right(const Side& left, Op op) {
    const Token symbol = take();
    const auto right = parse_side();
    if (!right) return std::nullopt;
    if (!comparable(left.type, right->type)) return refuse_types(left.type, *right);
    const bool ordered = op != Op::equal && op != Op::unequal;
    if (ordered && left.type == Type::boolean)
      return refuse(symbol, "true and false have no order", "compare with == or !=");
    if (comparison_of(peek())) return refuse(peek(), "comparisons can't be chained", "write a < b and b < c");
    return add(op, left.operand, right->operand);
  }

  std::nullopt_t refuse_types(Type wanted, const Side& found) {
    return refuse(
        found.token,
        "this is " + std::string(type_name(found.type)) + ", compared with " + std::string(type_name(wanted)),
        wanted == Type::text ? "texts stand in quotes: '" + std::string(found.token.text) + "'" : "");
  }

  std::optional<Side> parse_side() {
    const Token token = take();
    if (token.kind == Token::Kind::literal)
      return add_operand({false, 0, type_of(token.value), token.value}, token);
    if (token.kind != Token::Kind::name || token.is("and") || token.is("or") || token.is("not") ||
        token.is("in"))
      return refuse(token, token.kind == Token::Kind::end
                               ? "the expression ends too early"
                               : "a name or a value is expected here, not '" + std::string(token.text) + "'");
    for (std::uint32_t key = 0; key < domains_.size(); ++key)
      if (domains_[key]->key == token.text) return add_operand({true, key, domains_[key]->type, {}}, token);
    const Param* param = params_.find(token.text);
    if (param == nullptr) return refuse_name(token);
    if (param->broken) return std::nullopt;
    if (param->value.is_list)
      return refuse(token, "'" + param->name + "' is a list", "a list stands after 'in'");
    return add_operand({false, 0, param->value.type, param->value.items.front()}, token);
  }

  std::nullopt_t refuse_name(const Token& token) {
    std::vector<std::string> known = params_.names();
    for (const auto& domain : domains_) known.push_back(domain->key);
    std::string hint = suggest(token.text, known);
    if (!hint.starts_with("did you mean")) hint = "texts stand in quotes: '" + std::string(token.text) + "'";
    return refuse(token, "there is no key or parameter '" + std::string(token.text) + "'", hint);
  }

  Side add_operand(Operand operand, const Token& token) {
    const Type type = operand.type;
    expression_.operands.push_back(std::move(operand));
    return {static_cast<std::uint32_t>(expression_.operands.size() - 1), type, token};
  }

  NodeIndex parse_in(const Side& left) {
    auto list = peek().is("[") ? parse_list(left) : parse_list_name(left);
    if (!list) return std::nullopt;
    std::sort(list->begin(), list->end(), [](const Scalar& a, const Scalar& b) { return order(a, b) < 0; });
    expression_.lists.push_back(*std::move(list));
    return add(Op::in, left.operand, static_cast<std::uint32_t>(expression_.lists.size() - 1));
  }

  std::optional<std::vector<Scalar>> parse_list(const Side& left) {
    take();
    std::vector<Scalar> list;
    while (!take("]")) {
      const Token item = take();
      if (item.kind != Token::Kind::literal)
        return refuse(item, "a value or ']' is expected here", "a list holds values: ['a', 'b']");
      if (!comparable(left.type, type_of(item.value)))
        return refuse_types(left.type, {0, type_of(item.value), item});
      list.push_back(item.value);
      if (!peek().is("]") && !take(",")) return refuse(peek(), "',' or ']' is expected here");
    }
    return list;
  }

  std::optional<std::vector<Scalar>> parse_list_name(const Side& left) {
    const Token token = take();
    const Param* param = token.kind == Token::Kind::name ? params_.find(token.text) : nullptr;
    if (param != nullptr && param->broken) return std::nullopt;
    if (param == nullptr || !param->value.is_list)
      return refuse(token, "a list is expected after 'in'",
                    "['a', 'b'], or the name of a parameter that is a list");
    if (!param->value.items.empty() && !comparable(left.type, param->value.type))
      return refuse(token, "'" + param->name + "' is " + type_name(param->value) + ", compared with " +
                               std::string(type_name(left.type)));
    return param->value.items;
  }

  const TomlValue& text_;
  std::span<const std::shared_ptr<const Domain>> domains_;
  const Params& params_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Expression expression_;
};

}  // namespace

std::optional<Expression> parse_expression(const TomlValue& text,
                                           std::span<const std::shared_ptr<const Domain>> domains,
                                           const Params& params, Diagnostics& diagnostics) {
  return Parser(text, domains, params, diagnostics).parse();
}

}  // namespace sluice::workflow
