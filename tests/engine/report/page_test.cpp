// The HTML page of the example run: whole, bounded, and proof against hostile names and logs.
#include "engine/report/page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "engine/report/dot.h"
#include "engine/report/draw.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"
#include "engine/report/read_run.h"
#include "tests/support/html_balance.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

struct FixedClock final : Clock {
  std::int64_t wall_ns() override { return tests::example_start_ns + 100'070 * tests::second_ns; }
  std::int64_t mono_ns() override { return wall_ns(); }
};

RunSummary example(const tests::ExampleOptions& options = {}) {
  setenv("TZ", "UTC", 1);
  const tests::TemporaryFolder folder;
  auto store = tests::write_example_run(folder.path(), options);
  RealProcesses processes;
  FixedClock clock;
  auto summary = read_run(*store, processes, clock, {.run_folder = folder.path()});
  if (!summary) throw std::runtime_error(to_string(summary.error()));
  summary->run_folder = "/runs/example";
  return std::move(*summary);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Page, IsWellFormed) {
  EXPECT_EQ(tests::first_imbalance(report_page(example(), "", "no picture")), "");
  EXPECT_EQ(tests::first_imbalance(report_page(example({.ended = false}), "<svg></svg>", "")), "");
  EXPECT_EQ(tests::first_imbalance("<p><b></p>"), "</p> closes b");  // the checker itself
}

TEST(Page, WhatComesFromOutsideStaysText) {
  const std::string page = report_page(example({.ended = false}), "", "<i>note</i>");
  EXPECT_EQ(count(page, "<script"), 0u);
  EXPECT_EQ(count(page, "<b>"), 0u);
  EXPECT_EQ(count(page, "<i>"), 0u);
  EXPECT_NE(page.find("import[sample=&lt;b&gt;tt&amp;bar&lt;/b&gt;,shard=3]"), std::string::npos);
  EXPECT_NE(page.find("in &lt;/pre&gt;&lt;script&gt;alert(&#39;log&#39;)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(page.find("slurm: &lt;i&gt;socket timed out&lt;/i&gt;"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(&#39;workflow&#39;)"), std::string::npos);
}

TEST(Page, LoadsNothing) {
  const std::string page = report_page(example(), "", "");
  for (const char* way_out : {" src=", "@import", "url(http", "<link", "<iframe", "<object", "javascript:"})
    EXPECT_EQ(count(page, way_out), 0u) << way_out;
  static const std::regex link("href=\"([^\"]*)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it)
    EXPECT_EQ(std::string((*it)[1]).front(), '#') << (*it)[1];
  EXPECT_NE(page.find("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""),
            std::string::npos);
}

TEST(Page, LinksLeadToItsParts) {
  const std::string page = report_page(example({.ended = false}), "", "");
  static const std::regex link("<a href=\"#([^\"]*)\"");
  std::size_t links = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it, ++links)
    EXPECT_EQ(count(page, "<section id=\"" + std::string((*it)[1]) + "\">"), 1u) << (*it)[1];
  EXPECT_EQ(links, 9u);
}

TEST(Page, LeavesOutPartsWithNothingToSay) {
  RunSummary summary = example();
  summary.failure_count = 0;
  summary.failures.clear();
  summary.retries.clear();
  summary.notes.clear();
  const std::string page = report_page(summary, "", "");
  for (const char* part : {"failures", "running", "retries", "notes"})
    EXPECT_EQ(count(page, "id=\"" + std::string(part) + "\""), 0u) << part;
}

TEST(Page, TheTableOfStagesComparesWithWhatWasAskedFor) {
  const std::string html = stages_part(example());
  const std::size_t import = html.find("<td class=\"name\">import");
  EXPECT_NE(html.find("<td class=\"n\">2.4 GB<small>of 2 GB</small></td></tr>", import), std::string::npos);
  EXPECT_NE(
      html.find(
          "<li><strong>simulate</strong>: memory = &quot;1.2 GB&quot; would do; time = &quot;10 min&quot; "
          "would do</li>\n"
          "<li><strong>import</strong>: too close to its limit: memory = &quot;2.9 GB&quot; "
          "would be safe</li>\n"),
      std::string::npos)
      << html;
}

TEST(Page, WithoutAPictureTheGraphIsAList) {
  const std::string html = graph_part(example(), "", "Graphviz is not installed.");
  EXPECT_EQ(html,
            "<p class=\"quiet\">Graphviz is not installed.</p>\n<ul>\n"
            "<li><strong>simulate</strong> <span class=\"quiet\">cached, 8 tasks</span></li>\n"
            "<li><strong>import</strong> <span class=\"quiet\">failed, 8 tasks</span> ← simulate</li>\n"
            "<li><strong>preprocess</strong> <span class=\"quiet\">lost, 1 task</span> ← import</li>\n"
            "<li><strong>sweep</strong> <span class=\"quiet\">lost, 1 task</span> ← preprocess</li>\n"
            "<li><strong>train</strong> <span class=\"quiet\">lost, 1 task</span> ← preprocess, sweep</li>\n"
            "<li><strong>summary</strong> <span class=\"quiet\">lost, 1 task</span> ← train</li>\n</ul>\n");
}

TEST(Page, TheFirstOfManyFailuresAreShownAndTheRestCounted) {
  RunSummary summary = example();
  summary.failure_count = 1234;
  EXPECT_NE(failures_part(summary).find("<p>And 1\u202f233 more:"), std::string::npos);
}

TEST(Page, StaysBelowTwoMegabytesHoweverMuchRan) {
  RunSummary summary = example({.shards = 5000});
  while (summary.failures.size() < 50) summary.failures.push_back(summary.failures.front());
  for (FailedTask& failed : summary.failures) failed.tail.lines.assign(20, std::string(500, '<'));
  summary.workflow_text.assign(10'000'000, '&');
  const Span span = summary.spans.front();
  for (int i = 0; i < 100'000; ++i) {
    Span copy = span;
    copy.stage = static_cast<std::uint32_t>(i % 5);
    copy.place = "local on node" + std::to_string(i % 40);
    copy.begin_ns += (i / 40) * tests::second_ns;
    copy.end_ns = copy.begin_ns + tests::second_ns / 3;
    summary.spans.push_back(copy);
  }
  const std::string page = report_page(summary, "", "");
  EXPECT_LT(page.size(), 4'000'000u)
      << "with logs and a workflow of nothing but < and &, which take five times their room";
  summary.workflow_text = "x";
  for (FailedTask& failed : summary.failures) failed.tail.lines.assign(20, std::string(500, 'x'));
  EXPECT_LT(report_page(summary, "", "").size(), 2'000'000u);
}

TEST(Draw, GraphvizDrawsTheStages) {
  RealProcesses processes;
  const RunSummary summary = example();
  const char* path = std::getenv("PATH");
  const auto svg = draw_svg(processes, stages_dot(summary.stages, "<title>"), path == nullptr ? "" : path);
  ASSERT_TRUE(svg) << to_string(svg.error());
  const std::string element = svg_element(*svg);
  EXPECT_EQ(element.rfind("<svg", 0), 0u);
  EXPECT_EQ(count(element, "class=\"node mood_failed\""), 1u);
  EXPECT_EQ(count(element, "class=\"node mood_cached\""), 1u);
  EXPECT_EQ(count(element, "class=\"edge\""), 7u);
  EXPECT_EQ(tests::first_imbalance(report_page(summary, element, "")), "");
}

TEST(Draw, WithoutGraphvizSaysHowToGetIt) {
  RealProcesses processes;
  const auto svg = draw_svg(processes, "digraph {}", "/nowhere");
  ASSERT_FALSE(svg);
  EXPECT_EQ(to_string(svg.error()),
            "dot: Graphviz is not installed, so there is no picture of the graph\n"
            "  install it (Debian: apt-get install graphviz), or take the text: sluice graph --format text");
}

}  // namespace
}  // namespace sluice::report
