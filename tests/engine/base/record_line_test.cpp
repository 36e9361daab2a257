#include "engine/base/record_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

struct Read {
  std::vector<std::string> texts;
  LineCount count;
};

Read read(std::string_view bytes) {
  Read result;
  result.count = read_lines(bytes, [&](std::string_view text) { result.texts.emplace_back(text); });
  return result;
}

TEST(RecordLine, CarriesTheCrcOfItsText) {
  EXPECT_EQ(seal_line("123456789"), "123456789\tcbf43926\n");  // the check value of CRC-32
  EXPECT_EQ(seal_line(""), "\t00000000\n");
}

TEST(RecordLine, OpensWithOrWithoutItsNewline) {
  EXPECT_EQ(open_line("123456789\tcbf43926\n"), "123456789");
  EXPECT_EQ(open_line("123456789\tcbf43926"), "123456789");
  EXPECT_EQ(open_line("\t00000000"), "");
}

TEST(RecordLine, OfWhichAnyByteIsWrongIsNotBelieved) {
  const std::string line = seal_line(R"({"token": "k3x9/simulate/1"})");
  for (std::size_t i = 0; i + 1 < line.size(); ++i)
    for (const int bit : {0, 3, 7}) {
      std::string damaged = line;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_EQ(open_line(damaged), std::nullopt) << i << " bit " << bit;
    }
}

TEST(RecordLine, CutAnywhereIsNotBelieved) {
  const std::string line = seal_line("some text");
  for (std::size_t length = 0; length + 1 < line.size(); ++length)
    EXPECT_EQ(open_line(line.substr(0, length)), std::nullopt) << length;
}

TEST(RecordLines, AreReadUpToTheLastWholeOne) {
  const std::string bytes = seal_line("one") + seal_line("two") + "thr";
  const Read result = read(bytes);
  EXPECT_EQ(result.texts, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(result.count.good, 2U);
  EXPECT_EQ(result.count.damaged, 0U);
  EXPECT_EQ(result.count.consumed, bytes.size() - 3) << "the rest is read when it is whole";
}

TEST(RecordLines, GoOnBehindADamagedOne) {
  const Read result = read(seal_line("one") + "garbage\n" + seal_line("two"));
  EXPECT_EQ(result.texts, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(result.count.damaged, 1U);
}

TEST(RecordLines, GoOnBehindAHoleOfZeros) {  // what a crash leaves on some network file systems
  const Read result = read(seal_line("one") + std::string(4096, '\0') + seal_line("two"));
  EXPECT_EQ(result.texts, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(result.count.damaged, 1U);
}

TEST(RecordLines, OfNothingAreNone) {
  EXPECT_EQ(read("").count.consumed, 0U);
  EXPECT_EQ(read(std::string(100, '\0')).count.consumed, 0U);
  EXPECT_EQ(read("\n").count.damaged, 1U);
}

/// A file that is cut short anywhere, as kill -9 may leave it, loses its last line at most.
TEST(RecordLines, CutAnywhereLoseOnlyTheLastOne) {
  std::string bytes;
  std::vector<std::size_t> ends;
  for (int i = 0; i < 10; ++i) {
    bytes += seal_line("line " + std::to_string(i));
    ends.push_back(bytes.size());
  }
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    std::size_t whole = 0;
    while (whole < ends.size() && ends[whole] <= length) ++whole;
    EXPECT_EQ(read(std::string_view(bytes).substr(0, length)).texts.size(), whole) << length;
  }
}

}  // namespace
}  // namespace sluice
