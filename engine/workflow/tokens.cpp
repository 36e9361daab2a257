#include "engine/workflow/tokens.h"

#include <array>
#include <charconv>

#include "engine/base/text.h"

namespace sluice::workflow {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

Token unknown(std::string_view text, std::size_t offset, std::string problem, std::string hint) {
  return {Token::Kind::unknown, text, {}, offset, std::move(problem), std::move(hint)};
}

Token read_text(std::string_view rest, std::size_t offset) {
  const std::size_t close = rest.find(rest.front(), 1);
  if (close == std::string_view::npos)
    return unknown(rest.substr(0, 1), offset, "the text is not closed",
                   "close it with the quote it began with");
  return {Token::Kind::literal,
          rest.substr(0, close + 1),
          std::string(rest.substr(1, close - 1)),
          offset,
          {},
          {}};
}

Token read_number(std::string_view rest, std::size_t offset) {
  std::size_t end = 1;
  const auto belongs = [&](std::size_t i) {
    const bool exponent_sign =
        (rest[i] == '-' || rest[i] == '+') && (rest[i - 1] == 'e' || rest[i - 1] == 'E');
    return is_digit(rest[i]) || rest[i] == '.' || is_letter(rest[i]) || exponent_sign;
  };
  while (end < rest.size() && belongs(end)) ++end;
  const std::string_view word = rest.substr(0, end);
  std::int64_t integer = 0;
  double real = 0;
  const char* const last = word.data() + word.size();
  if (const auto [stop, problem] = std::from_chars(word.data(), last, integer);
      stop == last && problem == std::errc())
    return {Token::Kind::literal, word, integer, offset, {}, {}};
  if (const auto [stop, problem] = std::from_chars(word.data(), last, real);
      stop == last && problem == std::errc())
    return {Token::Kind::literal, word, real, offset, {}, {}};
  return unknown(word, offset, "'" + std::string(word) + "' is no number", "texts stand in quotes");
}

Token read_name(std::string_view rest, std::size_t offset) {
  std::size_t end = 1;
  while (end < rest.size() && (is_letter(rest[end]) || is_digit(rest[end]) || rest[end] == '-')) ++end;
  const std::string_view word = rest.substr(0, end);
  if (word == "true" || word == "false") return {Token::Kind::literal, word, word == "true", offset, {}, {}};
  return {Token::Kind::name, word, {}, offset, {}, {}};
}

Token read_symbol(std::string_view rest, std::size_t offset) {
  static constexpr std::array<std::string_view, 11> symbols = {"==", "!=", "<=", ">=", "<", ">",
                                                               "(",  ")",  "[",  "]",  ","};
  for (const std::string_view symbol : symbols)
    if (rest.starts_with(symbol))
      return {Token::Kind::symbol, rest.substr(0, symbol.size()), {}, offset, {}, {}};
  const std::string_view character = utf8_characters(rest.substr(0, 4)).front();
  std::string hint;
  if (character == "=") hint = "'==' compares";
  if (character == "{" || character == "}") hint = "names stand without braces here";
  if (character == "&") hint = "write 'and'";
  if (character == "|") hint = "write 'or'";
  if (character == "!") hint = "write 'not'";
  return unknown(character, offset, "'" + std::string(character) + "' means nothing here", hint);
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const char c = rest.front();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
      continue;
    }
    const bool number = is_digit(c) || (c == '-' && rest.size() > 1 && is_digit(rest[1]));
    tokens.push_back(c == '\'' || c == '"' ? read_text(rest, at)
                     : number              ? read_number(rest, at)
                     : is_letter(c)        ? read_name(rest, at)
                                           : read_symbol(rest, at));
    if (tokens.back().kind == Token::Kind::unknown) return tokens;
    at += tokens.back().text.size();
  }
  tokens.push_back({Token::Kind::end, text.substr(text.size()), {}, text.size(), {}, {}});
  return tokens;
}

}  // namespace sluice::workflow
