// The time line: who shares a lane, where the ticks stand, how its size is bounded.
#include "engine/report/timeline.h"

#include <gtest/gtest.h>

#include "engine/report/lanes.h"
#include "engine/report/time_axis.h"

namespace sluice::report {
namespace {

constexpr std::int64_t s = 1'000'000'000;

Span span(std::int64_t begin_s, std::int64_t end_s, const std::string& place = "local",
          std::uint32_t stage = 0) {
  return {"t", stage, 1, place, (100 + begin_s) * s, (100 + end_s) * s, false, false};
}

std::vector<std::vector<std::uint32_t>> lanes_of(const std::vector<Span>& spans) {
  std::vector<std::vector<std::uint32_t>> all;
  for (const Lane& lane : make_lanes(spans)) all.push_back(lane.spans);
  return all;
}

std::vector<StageSummary> stages(std::size_t count) {
  std::vector<StageSummary> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i].about.name = "stage" + std::to_string(i);
  return all;
}

TEST(Lanes, WhatOverlapsStandsInDifferentLanes) {
  EXPECT_EQ(lanes_of({span(0, 10), span(5, 15), span(10, 20), span(16, 18)}),
            (std::vector<std::vector<std::uint32_t>>{{0, 2}, {1, 3}}));
}

TEST(Lanes, TheLowestFreeOneIsTaken) {
  EXPECT_EQ(lanes_of({span(0, 3), span(0, 2), span(0, 1), span(4, 5)}),
            (std::vector<std::vector<std::uint32_t>>{{0, 3}, {1}, {2}}));
}

TEST(Lanes, PlacesKeepTheirOwn) {
  const auto lanes = make_lanes(std::vector<Span>{span(0, 1, "b"), span(5, 6, "a"), span(5, 6, "b")});
  ASSERT_EQ(lanes.size(), 2u);
  EXPECT_EQ(lanes[0].place, "b");
  EXPECT_EQ(lanes[0].spans, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(lanes[1].place, "a");
}

TEST(Lanes, OfManyAttemptsNoTwoOverlap) {
  std::vector<Span> spans;
  for (int i = 0; i < 2000; ++i) spans.push_back(span((i * 7919) % 1000, (i * 7919) % 1000 + 1 + i % 37));
  std::size_t seen = 0;
  for (const Lane& lane : make_lanes(spans)) {
    for (std::size_t i = 1; i < lane.spans.size(); ++i)
      ASSERT_LE(spans[lane.spans[i - 1]].end_ns, spans[lane.spans[i]].begin_ns);
    seen += lane.spans.size();
  }
  EXPECT_EQ(seen, spans.size());
}

std::string labels(double seconds, std::size_t most) {
  std::string text;
  for (const Tick& tick : ticks({0, seconds, 0, 100}, most)) text += tick.label + " | ";
  return text;
}

TEST(TimeAxis, HasTicksAtRoundTimes) {
  EXPECT_EQ(labels(3.2, 4), "0 s | 1 s | 2 s | 3 s | ");
  EXPECT_EQ(labels(95, 10),
            "0 s | 10 s | 20 s | 30 s | 40 s | 50 s | 1 min | 1 min 10 s | 1 min 20 s | 1 min 30 s | ");
  EXPECT_EQ(labels(5 * 3600, 5), "0 s | 1 h | 2 h | 3 h | 4 h | 5 h | ");
  EXPECT_EQ(labels(3 * 86400, 3), "0 s | 1 d | 2 d | 3 d | ");
}

TEST(TimeAxis, NeverHasManyMoreTicksThanAskedFor) {
  for (double seconds = 1e-4; seconds < 1e10; seconds *= 1.7)
    ASSERT_LE(ticks({0, seconds, 0, 1000}, 10).size(), 11u) << seconds;
}

TEST(Timeline, ShowsFewAttemptsOneByOne) {
  std::vector<Span> spans = {span(0, 5), span(5, 10, "local", 1)};
  spans[0].is_bad = true;
  spans[1].task = "import[<x>]";
  spans[1].attempt = 2;
  const std::string html = timeline_html(spans, stages(2));
  EXPECT_NE(html.find("<title>t: 5 s, did not succeed</title><rect class=\"s0\" x=\"130\" y=\"4\" "
                      "width=\"480\" height=\"12\"/>"
                      "<rect class=\"bad\" x=\"130\" y=\"4\" width=\"480\" height=\"12\"/>"),
            std::string::npos)
      << html;
  EXPECT_NE(html.find("<title>import[&lt;x&gt;], attempt 2: 5 s</title>"), std::string::npos);
  EXPECT_NE(html.find("2 attempts in 1 slot."), std::string::npos);
}

TEST(Timeline, OfManyAttemptsNeighboursBecomeOne) {
  std::vector<Span> spans;
  for (int i = 0; i < 3000; ++i) spans.push_back(span(i, i + 1, "local", i < 1500 ? 0 : 1));
  const std::string html = timeline_html(spans, stages(2));
  EXPECT_NE(html.find("<path class=\"merged s0\" stroke-width=\"12\" d=\"M130 10h480\">"), std::string::npos)
      << html;
  EXPECT_NE(html.find("<path class=\"merged s1\" stroke-width=\"12\" d=\"M610 10h480\">"), std::string::npos);
}

TEST(Timeline, WithMoreSlotsThanAPageShowsHowManyRanAtOnce) {
  std::vector<Span> spans;
  for (int i = 0; i < 94; ++i) spans.push_back(span(0, 10, "slurm on node" + std::to_string(i)));
  const std::string html = timeline_html(spans, stages(1));
  EXPECT_NE(html.find("94 attempts: how many ran at once."), std::string::npos);
  EXPECT_NE(html.find(">95</text>"), std::string::npos) << "the scale ends at a round number above";
}

TEST(Timeline, IsBoundedInEveryForm) {
  for (const int places : {1, 48, 500}) {
    std::vector<Span> spans;
    for (int i = 0; i < 100'000; ++i)
      spans.push_back(span(i / places, i / places + (i % 3 == 0 ? 1 : 2), std::to_string(i % places),
                           static_cast<std::uint32_t>(i % 7)));
    EXPECT_LT(timeline_html(spans, stages(7)).size(), 1'000'000u) << places;
  }
}

TEST(Timeline, OfNothingSaysSo) {
  EXPECT_EQ(timeline_html({}, stages(1)), "<p class=\"quiet\">Nothing has run yet.</p>\n");
}

}  // namespace
}  // namespace sluice::report
