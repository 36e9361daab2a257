#include "engine/base/toml.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string complaints(const std::string& text) {
  Diagnostics diagnostics;
  const bool parsed = parse_toml(diagnostics.add_source("a.toml", text), diagnostics).has_value();
  EXPECT_EQ(parsed, !diagnostics.has_errors());
  return diagnostics.render();
}

TEST(Toml, KeepsTheOrderOfTheFile) {
  Diagnostics diagnostics;
  const auto root = parse_toml(
      diagnostics.add_source("a", "[z]\nb = 1\na = { y = 2.5, x = [true, \"t\", 1979-05-27] }\n[m]\n"),
      diagnostics);
  ASSERT_TRUE(root);
  ASSERT_EQ(root->members.size(), 2U);
  EXPECT_EQ(root->members[0].key, "z");
  EXPECT_EQ(root->members[1].key, "m");
  const TomlValue& z = root->members[0].value;
  EXPECT_EQ(z.members[0].key, "b");
  EXPECT_EQ(z.members[0].value.integer, 1);
  const TomlValue* a = &z.find("a")->value;
  EXPECT_EQ(a->members[0].key, "y");
  EXPECT_EQ(a->members[0].value.real, 2.5);
  const std::vector<TomlValue>& x = a->find("x")->value.items;
  EXPECT_TRUE(x[0].boolean);
  EXPECT_EQ(x[1].text, "t");
  EXPECT_EQ(x[2].kind, TomlValue::Kind::time);
  EXPECT_EQ(x[2].text, "1979-05-27");
  EXPECT_EQ(root->find("q"), nullptr);
}

TEST(Toml, KnowsWhereKeysAndValuesStand) {
  Diagnostics diagnostics;
  const auto root = parse_toml(diagnostics.add_source("a", "\n\"é x\" = \"µé{x}\" # c\n"), diagnostics);
  EXPECT_EQ(root->members[0].key_range, (SourceRange{0, 2, 1, 5}));
  EXPECT_EQ(root->members[0].value.range, (SourceRange{0, 2, 9, 7}));
}

struct InsideCase {
  std::string literal;
  std::string part;
  SourceRange expected;
};

TEST(Toml, FindsAPlaceInsideATextWhateverItsQuotes) {
  const std::vector<InsideCase> cases = {
      {R"("a{x}b")", "{x}", {0, 1, 7, 3}},
      {R"('a{x}b')", "{x}", {0, 1, 7, 3}},
      {R"("\t\u00e9\U0001F600\"{x}")", "{x}", {0, 1, 26, 3}},
      {R"('\t{x}')", "{x}", {0, 1, 8, 3}},
      {R"("µé{x}")", "{x}", {0, 1, 8, 3}},
      {R"("\e\x41\xe9{x}")", "{x}", {0, 1, 16, 3}},
      {"\"\"\"\nab\nc{x}\"\"\"", "{x}", {0, 3, 2, 3}},
      {"\"\"\"a \\\n   \n  b{x}\"\"\"", "{x}", {0, 3, 4, 3}},
      {"'''{x}'''", "{x}", {0, 1, 8, 3}},
  };
  for (const InsideCase& c : cases) {
    Diagnostics diagnostics;
    const auto root = parse_toml(diagnostics.add_source("a", "a = " + c.literal), diagnostics);
    ASSERT_TRUE(root) << diagnostics.render();
    const TomlValue& text = root->members[0].value;
    const std::size_t offset = text.text.find(c.part);
    ASSERT_NE(offset, std::string::npos) << c.literal;
    EXPECT_EQ(range_inside(text, offset, c.part.size(), diagnostics), c.expected) << c.literal;
  }
}

TEST(Toml, ATableInBracesMayGoOverSeveralLines) {
  Diagnostics diagnostics;
  const auto root =
      parse_toml(diagnostics.add_source("a", "a = {\n  b = 1,\n  c = { d = 2 },\n}\n"), diagnostics);
  ASSERT_TRUE(root) << diagnostics.render();
  EXPECT_EQ(root->members[0].value.find("c")->value.find("d")->value.range, (SourceRange{0, 3, 13, 1}));
}

TEST(Toml, SyntaxErrorsSayWhereAndWhatToDo) {
  EXPECT_EQ(complaints("a = yes\n"),
            "a.toml:1:5: error: not valid TOML: could not determine value type (in the value)\n"
            "  a = yes\n"
            "      ^\n"
            "  text stands in quotes: \"like this\"\n"
            "1 error\n");
  EXPECT_EQ(
      complaints("abc = 1\nabc = 2\n"),
      "a.toml:2:1: error: not valid TOML: cannot redefine existing integer 'abc' (in the key-value pair)\n"
      "  abc = 2\n"
      "  ^~~\n"
      "  a key or a table can be written only once\n"
      "1 error\n");
  EXPECT_EQ(
      complaints("a = { b = 1, b = 2 }\n"),
      "a.toml:1:14: error: not valid TOML: cannot redefine existing integer 'b' (in the key-value pair)\n"
      "  a = { b = 1, b = 2 }\n"
      "               ^\n"
      "  a key or a table can be written only once\n"
      "1 error\n");
  EXPECT_EQ(complaints("a = \"x\n"),
            "a.toml:1:7: error: not valid TOML: the text does not end on its line\n"
            "  a = \"x\n"
            "        ^\n"
            "  close it with the quote it began with\n"
            "1 error\n");
  EXPECT_EQ(complaints("a = \"\\q\"\n"),
            "a.toml:1:7: error: not valid TOML: unknown escape sequence '\\q' (in the string)\n"
            "  a = \"\\q\"\n"
            "        ^\n"
            "  write \\\\ for a backslash, or 'single quotes'\n"
            "1 error\n");
  EXPECT_EQ(complaints("a = 99999999999999999999\n"),
            "a.toml:1:25: error: not valid TOML: '99999999999999999999' is not representable in 64 bits"
            " (in the decimal integer)\n"
            "  a = 99999999999999999999\n"
            "                          ^\n"
            "  integers go up to 9223372036854775807\n"
            "1 error\n");
}

TEST(Toml, HostileTextsAreErrorsAndNoCrashes) {
  EXPECT_EQ(complaints(std::string("a = \"x\0\"", 8)),
            "a.toml:1:7: error: not valid TOML: unescaped control characters other than TAB (U+0009) are"
            " explicitly prohibited (in the string)\n"
            "  a = \"x?\"\n"
            "        ^\n"
            "1 error\n");
  EXPECT_EQ(complaints("a = \"\xff\""),
            "a.toml:1:5: error: not valid TOML: Encountered invalid utf-8 sequence\n"
            "  a = \"?\"\n"
            "      ^\n"
            "1 error\n");
  EXPECT_EQ(
      complaints("[$]\n"),
      "a.toml:1:2: error: not valid TOML: expected bare key starting character or string delimiter, saw '$'"
      " (in the key)\n"
      "  [$]\n"
      "   ^\n"
      "1 error\n");
  std::string keys = "a";
  for (int i = 0; i < 100'000; ++i) keys += ".a";
  EXPECT_NE(complaints(keys + " = 1").find("a key of more than 32 parts"), std::string::npos);
  EXPECT_NE(complaints("[" + keys + "]").find("a key of more than 32 parts"), std::string::npos);
  EXPECT_NE(complaints("a = " + std::string(100'000, '[')).find("maximum nested value depth"),
            std::string::npos);
  EXPECT_NE(
      complaints("a = " + std::string(100, '[') + std::string(100, ']')).find("nested more than 64 deep"),
      std::string::npos);
  std::string wide = "a = ";
  for (int i = 0; i < 250; ++i) wide += "{a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = ";
  EXPECT_NE(complaints(wide + "1" + std::string(250, '}')).find("nested more than 64 deep"),
            std::string::npos);
}

TEST(Toml, ALongListOfDecimalsIsNoEndlessKey) {
  std::string text = "# . . . . . ......................................................\na = [";
  for (int i = 0; i < 100; ++i) text += "1.5, ";
  EXPECT_EQ(complaints(text + "]\nb = 'x.y.z'\n"), "");
}

}  // namespace
}  // namespace sluice
