// Texts that nobody meant: mutations of good workflows, and what a malicious one might try.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/support/workflow/hostile.h"
#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(SLUICE_SOURCE_DIR "/tests/fuzz/workflow/seeds"))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

class Mutator {
 public:
  Mutator(std::vector<std::string> texts, std::uint64_t seed) : texts_(std::move(texts)), random_(seed) {}

  std::string next() {
    std::string text = texts_[below(texts_.size())];
    for (std::size_t i = 0; i < 1 + below(4) && !text.empty(); ++i) mutate(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void mutate(std::string& text) {
    static const std::vector<std::string> words = {"{",        "}",
                                                   "{{",       "\"",
                                                   "'''",      "[",
                                                   "]",        "\n[stage.a]\n",
                                                   "..",       "1..9999999999999",
                                                   "\0",       "\xff",
                                                   "\x1b[31m", "file:",
                                                   "files:",   "{sample}",
                                                   "-1",       "9223372036854775807",
                                                   "=",        ".path",
                                                   "a",        " and ",
                                                   "not ",     "(",
                                                   "1e308",    "\n",
                                                   "\\u0000",  "#site\n",
                                                   "inputs.",  "../"};
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0: text.erase(at, 1 + below(8)); break;
      case 1: text.insert(at, words[below(words.size())]); break;
      case 2: text[at] = static_cast<char>(below(256)); break;
      case 3: text.insert(at, text.substr(below(text.size()), below(40))); break;
      default: std::swap(text[at], text[below(text.size())]); break;
    }
  }

  std::vector<std::string> texts_;
  std::mt19937_64 random_;
};

TEST(Hostile, SeedsHoldTogether) {
  ASSERT_GE(seeds().size(), 7U);
  for (const std::string& seed : seeds()) EXPECT_EQ(load_hostile(seed), "") << seed;
}

TEST(Hostile, MutationsAreUnderstoodOrRefused) {
  Mutator mutator(seeds(), 20260101);
  for (int i = 0; i < 6000; ++i) {
    const std::string text = mutator.next();
    ASSERT_EQ(load_hostile(text), "") << "mutation " << i << ":\n" << text;
  }
}

TEST(Hostile, TruncationsAreUnderstoodOrRefused) {
  for (const std::string& seed : seeds())
    for (std::size_t length = 0; length < seed.size(); length += 3)
      ASSERT_EQ(load_hostile(std::string_view(seed).substr(0, length)), "") << seed.substr(0, length);
}

TEST(Hostile, TenMegabytesOfMistakesAreToldQuickly) {
  std::string text = "sluice = 1\n[stage.a]\ncommand = ['tool'";
  while (text.size() < 10'000'000) text += ", '{nothing}'";
  Loading loading;
  EXPECT_FALSE(loading.load(text + "]\n"));
  EXPECT_TRUE(loading.diagnostics.is_flooded());
  EXPECT_LT(loading.diagnostics.render().size(), 100'000U);
}

TEST(Hostile, MegabytesOfUnknownKeys) {
  std::string text = "sluice = 1\n";
  for (int i = 0; text.size() < 3'000'000; ++i) text += "key" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(load_hostile(text), "");
}

TEST(Hostile, MegabytesOfStages) {
  std::string text = "sluice = 1\n";
  for (int i = 0; text.size() < 3'000'000; ++i)
    text += "[stage.s" + std::to_string(i) + "]\ncommand = ['tool']\ninputs = { x = 's" +
            std::to_string(i + 1) + ".o' }\noutputs = { o = 'o" + std::to_string(i) + "' }\n";
  Loading loading;
  EXPECT_FALSE(loading.load(text));
  EXPECT_EQ(loading.diagnostics.all().size(), 1U);
}

TEST(Hostile, TenMegabytesOfText) {
  Loading loading;
  EXPECT_FALSE(loading.load("sluice = 1\n[stage.a]\ncommand = ['tool']\nwhere = '" +
                            std::string(10'000'000, '(') + "'\n"));
}

}  // namespace
}  // namespace sluice::workflow
