#include "engine/base/html_text.h"

#include <gtest/gtest.h>

namespace sluice::html {
namespace {

TEST(HtmlText, NothingThatIsEscapedCanEndAnElementOrAnAttribute) {
  EXPECT_EQ(escape("</td><script>a&&b('\"')"), "&lt;/td&gt;&lt;script&gt;a&amp;&amp;b(&#39;&quot;&#39;)");
}

TEST(HtmlText, ControlCharactersAndStrayBytesAreSpelledOut) {
  EXPECT_EQ(escape("a\x1b[31m\nb\t\xff"), "a\\x1b[31m\nb\t\\xff");
  EXPECT_EQ(escape("η = ½"), "η = ½");
}

TEST(HtmlText, AnElementHasAClassOnlyWhenItIsGivenOne) {
  EXPECT_EQ(element("b", "", "1 < 2"), "<b>1 &lt; 2</b>");
  EXPECT_EQ(element("b", "big", "x"), "<b class=\"big\">x</b>");
}

TEST(HtmlText, SvgNumbersAreShort) {
  EXPECT_EQ(svg_number(12.3456), "12.35");
  EXPECT_EQ(svg_number(100), "100");
  EXPECT_EQ(svg_number(-0.001), "0");
}

}  // namespace
}  // namespace sluice::html
