#include "executors/runner/frames.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::executors {
namespace {

TEST(Frames, ComeOutAsTheyWentInHoweverTheStreamIsCut) {
  std::string stream;
  const std::vector<std::string> messages = {"{}", "", std::string(1000, 'x'), "last"};
  for (const auto& message : messages) append_frame(stream, message);
  for (const std::size_t piece : {1, 2, 3, 7, 500, 5000}) {
    FrameReader reader;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.feed(std::string_view(stream).substr(at, piece));
      while (const auto message = reader.next()) got.emplace_back(*message);
    }
    EXPECT_EQ(got, messages) << piece;
  }
}

TEST(Frames, LengthIsFourBytesLittleEndian) {
  std::string stream;
  append_frame(stream, std::string(258, 'x'));
  EXPECT_EQ(stream.substr(0, 4), std::string("\x02\x01\0\0", 4));
}

TEST(Frames, AnAbsurdLengthBreaksTheStream) {
  FrameReader reader;
  reader.feed(std::string("\xff\xff\xff\xff rubbish", 12));
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_TRUE(reader.broken());
}

}  // namespace
}  // namespace sluice::executors
