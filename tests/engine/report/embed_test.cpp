// Pages of stages inside of the report: what stays, what goes, and that nothing breaks out.
#include "engine/report/embed.h"

#include <gtest/gtest.h>

namespace sluice::report {
namespace {

EmbeddedPage embedded(const std::string& page) {
  return embed(page, "plots/", [](const std::string& path) -> Result<std::string> {
    if (path == "a.svg") return std::string("<svg/>");
    if (path == "b.png") return std::string("\x89PNG");
    return Error{"no such file", path, ""};
  });
}
std::string html_of(const std::string& page) { return embedded(page).html; }

TEST(Embed, TakesTheHeadingTheStyleAndTheBody) {
  const EmbeddedPage page = embedded(
      "<!doctype html>\n<html lang='en'><head><meta charset=utf-8><title>T</title><style>p{color:red}</style>"
      "</head><body class='x'><h1>Jets <i>and</i> more</h1><p>text</p></body></html>\n");
  EXPECT_EQ(page.title, "Jets and more");
  EXPECT_EQ(page.style, "p{color:red}\n");
  EXPECT_EQ(page.html, "\n<p>text</p>\n");
}

TEST(Embed, WithoutAHeadingTheTitleOfThePageStands) {
  EXPECT_EQ(embedded("<title>Dataset &amp; gates</title><p>x</p>").title, "Dataset &amp; gates");
  EXPECT_EQ(embedded("plain text").html, "plain text");
}

TEST(Embed, TheSecondHeadingStays) {
  EXPECT_EQ(html_of("<h1>a</h1><h1>b</h1>"), "<h1>b</h1>");
  EXPECT_EQ(html_of("<h1>never ends<p>x"), "<h1>never endsx");
}

TEST(Embed, InStylesTheHostStandsForThePage) {
  EXPECT_EQ(embedded("<style>body{a:b}html body p,:root{--x:1}.body,#html,tbody,body-x{c:d}</style>").style,
            ":host{a:b}:host :host p,:host{--x:1}.body,#html,tbody,body-x{c:d}\n");
}

TEST(Embed, NothingOfItRunsLoadsOrBreaksOut) {
  EXPECT_EQ(html_of("a<script>alert('</p>')</script>b"), "ab");
  EXPECT_EQ(html_of("a<SCRIPT src=x>y</Script >b"), "ab");
  EXPECT_EQ(html_of("a</template><template>b</template>c"), "abc");
  EXPECT_EQ(html_of("<iframe src='http://x'>z</iframe><object data=x></object><embed src=x>"), "");
  EXPECT_EQ(html_of("<link rel=stylesheet href=x><base href='http://x'><meta http-equiv=refresh>"), "");
  EXPECT_EQ(html_of("<p onclick='evil()' title=t>x</p>"), "<p title=\"t\">x</p>");
  EXPECT_EQ(html_of("<a href='javascript:evil()'>x</a>"), "<a>x</a>");
  EXPECT_EQ(html_of("<img src='http://elsewhere/x.png'>"), "<img>");
  EXPECT_EQ(html_of("<img src='//elsewhere/x.png'><img src='../../secret.png'><img src=/etc/x.png>"),
            "<img><img><img>");
  EXPECT_EQ(html_of("a<!-- <p> -->b<!-- never closed <p>"), "ab");
  EXPECT_EQ(html_of("a<textarea></div></template>"), "a") << "raw text without an end takes the rest with it";
  EXPECT_EQ(html_of("a<p title='never closed>b"), "a");
  EXPECT_EQ(html_of("a<p title=\"x>y\">b"), "a<p title=\"x>y\">b");
}

TEST(Embed, PicturesBesideThePageComeIn) {
  EXPECT_EQ(html_of("<img alt=\"A\" src=\"a.svg\"/>"),
            "<img alt=\"A\" src=\"data:image/svg+xml;base64,PHN2Zy8+\"/>");
  EXPECT_EQ(html_of("<img src=b.png>"), "<img src=\"data:image/png;base64,iVBORw==\">");
  EXPECT_EQ(html_of("<img src=missing.svg><img src=data.csv>"), "<img><img>");
  EXPECT_EQ(html_of("<img src='data:image/png;base64,AA=='>"), "<img src=\"data:image/png;base64,AA==\">");
}

TEST(Embed, LinksLeadWhereTheyLedBefore) {
  EXPECT_EQ(html_of("<a href='a.svg'>x</a>"), "<a href=\"plots/a.svg\">x</a>");
  EXPECT_EQ(html_of("<a href=\"https://arxiv.org/abs/1\">x</a>"),
            "<a href=\"https://arxiv.org/abs/1\">x</a>");
  EXPECT_EQ(html_of("<a href='#part'>x</a>"), "<a href=\"#part\">x</a>");
}

TEST(Embed, DrawingsStayWhatTheyAre) {
  const std::string svg =
      "<svg viewBox=\"0 0 1 1\"><g fill=\"url(#a)\"><title>trial 3</title><path d=\"M0 0\"/></g></svg>";
  EXPECT_EQ(html_of(svg), svg);
  EXPECT_EQ(html_of("<svg><use xlink:href='#dot'/><image href='a.svg'/></svg>"),
            "<svg><use xlink:href=\"#dot\"/><image href=\"data:image/svg+xml;base64,PHN2Zy8+\"/></svg>");
}

TEST(Embed, AnythingIsAPage) {
  for (const char* text : {"",       "<",         "</",   "<a",     "<a ",     "<a b",      "<a b=",
                           "<a b='", "<!",        "<!--", "<style", "<style>", "<style></", "<h1",
                           "<h1>",   "<![CDATA[", "< p>", "</ p>",  "<a/b/>",  "<img src>"})
    (void)embedded(text);
  EXPECT_EQ(html_of("1 < 2 > 1 & x"), "1 < 2 > 1 & x");
}

}  // namespace
}  // namespace sluice::report
