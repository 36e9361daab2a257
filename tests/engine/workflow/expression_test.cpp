#include "engine/workflow/expression.h"

#include <gtest/gtest.h>

namespace sluice::workflow {
namespace {

std::shared_ptr<const Domain> domain(const std::string& key, const std::vector<Scalar>& values) {
  Domain made;
  made.key = key;
  made.type = type_of(values.front());
  made.values = values;
  for (const Scalar& value : values) made.texts.push_back(to_text(value));
  return std::make_shared<const Domain>(std::move(made));
}

/// Keys sample = 'qq', 'tt' and shard = 1, 2, 3; parameters events = 200, scale = 0.5, fast = true, picks =
/// ['tt'].
class Where : public testing::Test {
 protected:
  void SetUp() override {
    domains = {domain("sample", {std::string("qq"), std::string("tt")}),
               domain("shard", {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}})};
    const auto text =
        diagnostics.add_source("p", "events = 200\nscale = 0.5\nfast = true\npicks = ['tt']\nnone = []");
    params.read(*parse_toml(text, diagnostics), diagnostics);
  }

  std::optional<Expression> parse(const std::string& expression) {
    const auto file = diagnostics.add_source("a.toml", "where = \"" + expression + "\"");
    root = *parse_toml(file, diagnostics);
    return parse_expression(root.members[0].value, domains, params, diagnostics);
  }

  /// "qq1 qq2 ...": the combinations for which it holds.
  std::string kept(const std::string& expression) {
    const auto parsed = parse(expression);
    if (!parsed) return diagnostics.render();
    std::string text;
    for (std::uint32_t sample = 0; sample < 2; ++sample) {
      for (std::uint32_t shard = 0; shard < 3; ++shard) {
        const std::vector<std::uint32_t> row = {sample, shard};
        if (parsed->holds(domains, row))
          text += (text.empty() ? "" : " ") + domains[0]->texts[sample] + domains[1]->texts[shard];
      }
    }
    return text;
  }

  std::string complaint(const std::string& expression) {
    EXPECT_FALSE(parse(expression)) << expression;
    const std::string text = diagnostics.render();
    diagnostics = Diagnostics();
    return text;
  }

  /// The message, with the caret below `caret`.
  static std::string expected(const std::string& expression, const std::string& caret,
                              const std::string& message, const std::string& hint = "") {
    const std::size_t at = caret.empty() ? expression.size() : expression.find(caret);
    const std::size_t length = std::max<std::size_t>(caret.size(), 1);
    return "a.toml:1:" + std::to_string(at + 10) + ": error: " + message + "\n  where = \"" + expression +
           "\"\n  " + std::string(at + 9, ' ') + "^" + std::string(length - 1, '~') + "\n" +
           (hint.empty() ? "" : "  " + hint + "\n") + "1 error\n";
  }

  std::vector<std::shared_ptr<const Domain>> domains;
  Params params;
  Diagnostics diagnostics;
  TomlValue root;
};

TEST_F(Where, Compares) {
  EXPECT_EQ(kept("shard == 2"), "qq2 tt2");
  EXPECT_EQ(kept("shard != 2"), "qq1 qq3 tt1 tt3");
  EXPECT_EQ(kept("shard < 2"), "qq1 tt1");
  EXPECT_EQ(kept("shard <= 2"), "qq1 qq2 tt1 tt2");
  EXPECT_EQ(kept("shard > 2"), "qq3 tt3");
  EXPECT_EQ(kept("2 <= shard"), "qq2 qq3 tt2 tt3");
  EXPECT_EQ(kept("sample == 'tt'"), "tt1 tt2 tt3");
  EXPECT_EQ(kept("sample < 'r'"), "qq1 qq2 qq3");
}

TEST_F(Where, IntegersAndNumbersCompareByValue) {
  EXPECT_EQ(kept("shard >= 1.5"), "qq2 qq3 tt2 tt3");
  EXPECT_EQ(kept("shard == 2.0"), "qq2 tt2");
  EXPECT_EQ(kept("shard > -1e3 and shard < scale"), "");
}

TEST_F(Where, UsesParameters) {
  EXPECT_EQ(kept("events > 100 and shard == 1"), "qq1 tt1");
  EXPECT_EQ(kept("fast"), "qq1 qq2 qq3 tt1 tt2 tt3");
  EXPECT_EQ(kept("not fast"), "");
  EXPECT_EQ(kept("fast == false"), "");
  EXPECT_EQ(kept("sample in picks"), "tt1 tt2 tt3");
  EXPECT_EQ(kept("sample in none"), "");
}

TEST_F(Where, KnowsListsAndLogic) {
  EXPECT_EQ(kept("shard in [3, 1]"), "qq1 qq3 tt1 tt3");
  EXPECT_EQ(kept("shard in [1.0, 2.5]"), "qq1 tt1");
  EXPECT_EQ(kept("shard not in [3, 1,]"), "qq2 tt2");
  EXPECT_EQ(kept("sample in []"), "");
  EXPECT_EQ(kept("sample == 'qq' and shard == 1 or sample == 'tt' and shard == 3"), "qq1 tt3");
  EXPECT_EQ(kept("sample == 'qq' and (shard == 1 or sample == 'tt') "), "qq1");
  EXPECT_EQ(kept("not sample == 'qq' and not (shard < 3)"), "tt3");
  EXPECT_EQ(kept("not not shard == 3"), "qq3 tt3");
}

TEST_F(Where, TypesMustAgree) {
  EXPECT_EQ(complaint("shard == 'a'"),
            expected("shard == 'a'", "'a'", "this is a text, compared with an integer"));
  EXPECT_EQ(complaint("sample == 5"), expected("sample == 5", "5", "this is an integer, compared with a text",
                                               "texts stand in quotes: '5'"));
  EXPECT_EQ(complaint("sample in ['qq', 3]"),
            expected("sample in ['qq', 3]", "3", "this is an integer, compared with a text",
                     "texts stand in quotes: '3'"));
  EXPECT_EQ(complaint("shard in picks"),
            expected("shard in picks", "picks", "'picks' is a list of texts, compared with an integer"));
  EXPECT_EQ(complaint("fast < true"),
            expected("fast < true", "<", "true and false have no order", "compare with == or !="));
  EXPECT_EQ(complaint("shard"),
            expected("shard", "shard", "'shard' alone is no condition", "compare it: == != < <= > >= in"));
  EXPECT_EQ(complaint("picks == 'tt'"),
            expected("picks == 'tt'", "picks", "'picks' is a list", "a list stands after 'in'"));
}

TEST_F(Where, NamesMustBeKnown) {
  EXPECT_EQ(complaint("smaple == 'qq'"),
            expected("smaple == 'qq'", "smaple", "there is no key or parameter 'smaple'",
                     "did you mean 'sample'?"));
  EXPECT_EQ(complaint("sample == qq"), expected("sample == qq", "qq", "there is no key or parameter 'qq'",
                                                "texts stand in quotes: 'qq'"));
  EXPECT_EQ(complaint("{shard} == 1"),
            expected("{shard} == 1", "{", "'{' means nothing here", "names stand without braces here"));
}

TEST_F(Where, SyntaxErrorsSayWhatIsExpected) {
  EXPECT_EQ(complaint(""), expected("", "", "the expression ends too early"));
  EXPECT_EQ(complaint("shard =="), expected("shard ==", "", "the expression ends too early"));
  EXPECT_EQ(complaint("shard = 1"), expected("shard = 1", "=", "'=' means nothing here", "'==' compares"));
  EXPECT_EQ(complaint("shard == 1 && fast"),
            expected("shard == 1 && fast", "&", "'&' means nothing here", "write 'and'"));
  EXPECT_EQ(complaint("(shard == 1"), expected("(shard == 1", "", "a ')' is missing"));
  EXPECT_EQ(complaint("shard == 1)"),
            expected("shard == 1)", ")", "')' is not expected here", "join conditions with 'and' or 'or'"));
  EXPECT_EQ(complaint("shard == 1 sample == 'qq'"),
            expected("shard == 1 sample == 'qq'", "sample", "'sample' is not expected here",
                     "join conditions with 'and' or 'or'"));
  EXPECT_EQ(complaint("1 < shard >= 3"),
            expected("1 < shard >= 3", ">=", "comparisons can't be chained", "write a < b and b < c"));
  EXPECT_EQ(complaint("shard not 3"), expected("shard not 3", "3", "'in' is expected after 'not' here"));
  EXPECT_EQ(complaint("shard in 3"), expected("shard in 3", "3", "a list is expected after 'in'",
                                              "['a', 'b'], or the name of a parameter that is a list"));
  EXPECT_EQ(complaint("shard in [1 2]"), expected("shard in [1 2]", "2", "',' or ']' is expected here"));
  EXPECT_EQ(complaint("shard in [events]"),
            expected("shard in [events]", "events", "a value or ']' is expected here",
                     "a list holds values: ['a', 'b']"));
  EXPECT_EQ(complaint("sample == 'qq"), expected("sample == 'qq", "'", "the text is not closed",
                                                 "close it with the quote it began with"));
  EXPECT_EQ(complaint("shard == 1x"),
            expected("shard == 1x", "1x", "'1x' is no number", "texts stand in quotes"));
  EXPECT_EQ(complaint("and"), expected("and", "and", "a name or a value is expected here, not 'and'"));
}

TEST_F(Where, EndlessExpressionsAreRefused) {
  const std::string deep(100, '(');
  EXPECT_NE(complaint(deep + "fast").find("nested more than 64 deep"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 100; ++i) nots += "not ";
  EXPECT_NE(complaint(nots + "fast").find("nested more than 64 deep"), std::string::npos);
  std::string wide = "fast";
  for (int i = 0; i < 10'000; ++i) wide += " and fast";
  EXPECT_NE(complaint(wide).find("the expression is too long"), std::string::npos);
}

}  // namespace
}  // namespace sluice::workflow
