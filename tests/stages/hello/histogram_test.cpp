#include "stages/hello_decay/histogram.h"

#include <gtest/gtest.h>

#include <random>

#include "stages/hello_fit/fit.h"

namespace sluice::hello {
namespace {

Histogram small() { return {"carbon", 3, 1000, 0.01, 20, {500, 200, 100, 40, 10}}; }

std::string refusal(const std::string& text) {
  const auto histogram = parse_histogram(text, "decays.csv");
  return histogram ? "accepted" : to_string(histogram.error());
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = to_text(small());
  return text.replace(text.find(from), from.size(), to);
}

constexpr const char* hint = "\n  is this a file that sluice-hello-decay wrote?";

TEST(Histogram, IsAReadableFile) {
  EXPECT_EQ(to_text(small()),
            "# absorber: carbon\n# seed: 3\n# stopped: 1000\n# noise: 0.01\n# gate_us: 20\n# bins: 5\n"
            "low_us,high_us,count\n0,4,500\n4,8,200\n8,12,100\n12,16,40\n16,20,10\n");
}

TEST(Histogram, ReadsBackWhatItWrote) {
  const auto read = parse_histogram(to_text(small()), "decays.csv");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(same_experiment(*read, small()));
  EXPECT_EQ(read->stopped, 1000);
  EXPECT_EQ(read->counts, small().counts);
}

TEST(Histogram, SaysWhereAFileIsWrong) {
  EXPECT_EQ(refusal(""), std::string("decays.csv: the file ends in the middle of a line") + hint);
  EXPECT_EQ(refusal("PK\x03\x04\n"),
            std::string("decays.csv:1: the line '# absorber: ...' is missing") + hint);
  EXPECT_EQ(refusal(with("1000", "many")), std::string("decays.csv:3: 'many' is not a number") + hint);
  EXPECT_EQ(refusal(with("# gate_us: 20", "# gate_us: nan")),
            std::string("decays.csv:6: the muons, the gate or the bins above make no sense") + hint);
  EXPECT_EQ(refusal(with("# bins: 5", "# bins: 99999999999")),
            std::string("decays.csv:6: the muons, the gate or the bins above make no sense") + hint);
  EXPECT_EQ(refusal(with("4,8,200", "4,8,-2")), std::string("decays.csv:9: '-2' is not a count") + hint);
  EXPECT_EQ(refusal(with("4,8,200", "200")),
            std::string("decays.csv:9: '200' is not low_us,high_us,count") + hint);
  EXPECT_EQ(refusal(with("500", "5000")),
            std::string("decays.csv:12: there are more decays than 1000 muons can give") + hint);
  EXPECT_EQ(refusal(with("16,20,10\n", "")),
            std::string("decays.csv:11: the file ends after this line, but 5 bins should follow") + hint);
  EXPECT_EQ(refusal(to_text(small()) + "20,24,1\n"),
            std::string("decays.csv:13: there are more lines than bins") + hint);
}

TEST(Histogram, NoPartOfAFileIsTakenForAWhole) {
  const std::string text = to_text(small());
  // The last digits could still be part of a number: nothing but the end of the line says that it is all
  // there.
  for (std::size_t size = 0; size < text.size() - 1; ++size)
    EXPECT_NE(refusal(text.substr(0, size)), "accepted") << size;
}

TEST(Histogram, SurvivesDamagedFiles) {
  const std::string text = to_text(small());
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = text;
    for (int changes = 0; changes < 3; ++changes)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto histogram = parse_histogram(damaged, "decays.csv");
    if (!histogram) continue;
    const auto fit = fit_lifetime(histogram->counts, histogram->bin_width_us());
    EXPECT_TRUE(!fit || fit->lifetime_us > 0);
  }
}

}  // namespace
}  // namespace sluice::hello
