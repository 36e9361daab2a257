// What stages and the workflow bring into the report: numbers out of JSON, pages that were published as
// `report`.
#include "engine/report/contributions.h"

#include <gtest/gtest.h>

#include "engine/report/page.h"
#include "engine/report/report_json.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

class Contributions : public testing::Test {
 protected:
  Contributions() { summary.run_folder = folder.path(); }

  Output made(const std::string& task, const std::string& name, const std::string& path) {
    const auto content = digest(disk, folder.path() + "/" + path);
    EXPECT_TRUE(content);
    return {task, name, path, content ? to_hex(content->hash) : "", content ? content->size : 0};
  }
  void write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(disk.make_folders(parent_path(folder.path() + "/" + path)));
    ASSERT_TRUE(disk.write(folder.path() + "/" + path, text, Sync::no));
  }
  Number number(const std::string& pointer,
                const std::string& text = R"({"a":{"b":0.25,"c":{"value":3,"error":0.0123}},"t":"x"})") {
    write("m.json", text);
    summary.numbers = {{{"N", "s", "m", pointer}, {made("s", "m", "m.json")}, 0, 0, ""}};
    read_contributions(disk, summary);
    return summary.numbers.front();
  }
  Section page(const std::string& path, const std::string& file, const std::string& text) {
    write(file, text);
    summary.outputs = {{"s", 1, 1, {}, 1, {made("s", "report", path)}}};
    summary.sections.clear();
    read_contributions(disk, summary);
    return summary.sections.at(0);
  }

  tests::TemporaryFolder folder;
  RealDisk disk;
  RunSummary summary;
};

TEST_F(Contributions, ANumberStandsWhereTheWorkflowSays) {
  EXPECT_EQ(number_text(number("/a/b")), "0.25");
  EXPECT_EQ(number_text(number("/a/c")), "3.000 ± 0.012");
  EXPECT_EQ(number_text(number("/x", R"({"x":{"value":123.4,"error":25}})")), "123 ± 25");
}

TEST_F(Contributions, ANumberThatIsNotThereSaysWhy) {
  EXPECT_EQ(number("/a/x").problem, "m.json has nothing at /a/x");
  EXPECT_EQ(number("/t").problem, "m.json has no number at /t");
  EXPECT_EQ(number("/x", R"({"x":null})").problem, "m.json has no number at /x");
  EXPECT_EQ(number("/a", "{").problem.substr(0, 20), "m.json can't be read");
  summary.numbers = {{{"N", "s", "m", "/a"}, {}, 0, 0, ""}};
  read_contributions(disk, summary);
  EXPECT_EQ(summary.numbers.front().problem, "not there yet");
}

TEST_F(Contributions, AReportIsAPageOrAFolderWithOne) {
  const Section file = page("sweep.html", "sweep.html", "<h1>Sweep</h1><p>9 trials</p>");
  EXPECT_EQ(file.title, "Sweep");
  EXPECT_EQ(file.html, "<p>9 trials</p>");
  EXPECT_EQ(file.path, "sweep.html");
  EXPECT_EQ(file.problem, "");
  write("eval/figures/a.svg", "<svg/>");
  const Section in_folder =
      page("eval", "eval/report.html", "<img src='figures/a.svg'><a href='figures/a.svg'>x</a>");
  EXPECT_EQ(in_folder.path, "eval/report.html");
  EXPECT_EQ(in_folder.html,
            "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\"><a href=\"eval/figures/a.svg\">x</a>");
}

TEST_F(Contributions, AReportThatLiesElsewhereLinksToTheRunFolder) {
  (void)page("eval", "eval/report.html", "<a href='a.csv'>x</a>");
  summary.sections.clear();
  read_contributions(disk, summary, "/elsewhere");
  EXPECT_EQ(summary.sections.at(0).link, folder.path() + "/eval/report.html");
  EXPECT_EQ(summary.sections.at(0).html, "<a href=\"" + folder.path() + "/eval/a.csv\">x</a>");
}

TEST_F(Contributions, APageThatIsNotWhatTheTaskMadeSaysSo) {
  (void)page("p.html", "p.html", "<p>1</p>");
  write("p.html", "<p>2</p>");
  summary.sections.clear();
  read_contributions(disk, summary);
  EXPECT_EQ(summary.sections.at(0).problem, "it has been changed since the task made it");
  EXPECT_EQ(page("d", "d/other.html", "x").problem, "there is no such page");
}

TEST_F(Contributions, TheReportLeadsWithNumbersAndHoldsThePages) {
  (void)page("p.html", "p.html",
             "<h1>Jets</h1><style>body{x:y}</style><p>1</p></section></template><script>");
  summary.sections.clear();
  (void)number("/a/c");
  summary.numbers[0].about.label = "<response>";
  const std::string html = report_page(summary, "", "");
  EXPECT_NE(html.find("<div><dt>&lt;response&gt;</dt><dd>3.000 ± 0.012</dd></div>"), std::string::npos);
  EXPECT_NE(html.find("<section id=\"stage-s\">\n<h2>Results: s</h2>\n<details open><summary>Jets "),
            std::string::npos);
  EXPECT_NE(html.find(":host{x:y}\n</style><p>1</p></section></template></div>"), std::string::npos);
  const json::value facts = report_json(summary);
  EXPECT_EQ(
      json::serialize(facts.at("numbers")),
      R"([{"name":"<response>","stage":"s","output":"m","pointer":"/a/c","value":3E0,"error":1.23E-2}])");
  EXPECT_EQ(json::serialize(facts.at("pages")), R"([{"task":"s","path":"p.html","problem":""}])");
}

TEST_F(Contributions, OfManyPagesTheFirstIsOpenAndTheRestCounted) {
  write("a.html", "A");
  const Output output = made("s[i=1]", "report", "a.html");
  summary.outputs = {{"s", 40, 1, {}, 40, {output, output}}};
  read_contributions(disk, summary);
  const std::string html = report_page(summary, "", "");
  EXPECT_NE(html.find("<details open><summary><span class=\"quiet\">s[i=1]"), std::string::npos);
  EXPECT_NE(html.find("<details><summary><span class=\"quiet\">s[i=1]"), std::string::npos);
  EXPECT_NE(html.find("And 38 pages more of other tasks."), std::string::npos);
}

}  // namespace
}  // namespace sluice::report
