#include "engine/base/hash.h"

#include <gtest/gtest.h>

#include <set>

namespace sluice {
namespace {

/// Values published with the algorithm: stores of different machines and versions must agree.
TEST(Hash, IsXxh3) {
  EXPECT_EQ(to_hex(hash_bytes("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2ULL);
}

TEST(Hash, StreamedInAnyPiecesIsTheHashOfTheWhole) {
  std::string bytes(10'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  for (const std::size_t piece : {1U, 7U, 1000U, 10'000U}) {
    Hasher hasher;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      hasher.bytes(bytes.data() + at, std::min(piece, bytes.size() - at));
    EXPECT_EQ(hasher.digest(), hash_bytes(bytes)) << piece;
  }
}

TEST(Hash, OfFieldsKnowsWhereOneEnds) {
  const auto of = [](std::initializer_list<std::string_view> fields) {
    Hasher hasher;
    for (const auto field : fields) hasher.field(field);
    return hasher.digest();
  };
  const std::set<Hash128> different = {of({"ab", "c"}), of({"a", "bc"}), of({"abc"}),
                                       of({"abc", ""}), of({"", "abc"}), of({})};
  EXPECT_EQ(different.size(), 6U);
}

TEST(Hash, CanBeUsedAgainAfterAReset) {
  Hasher hasher;
  hasher.field("something");
  hasher.reset();
  hasher.bytes("abc", 3);
  EXPECT_EQ(hasher.digest(), hash_bytes("abc"));
  EXPECT_EQ(hasher.digest(), hash_bytes("abc")) << "asking changes nothing";
}

TEST(Hash, NumbersAreTheSameOnEveryMachine) {
  Hasher hasher;
  hasher.number(0x0102030405060708ULL);
  EXPECT_EQ(hasher.digest(), hash_bytes(std::string_view("\x08\x07\x06\x05\x04\x03\x02\x01", 8)));
}

TEST(Hash, IsWrittenAsThirtyTwoDigitsAndReadBack) {
  const Hash128 hash{0x00000000000000abULL, 0xcdef000000000001ULL};
  EXPECT_EQ(to_hex(hash), "00000000000000abcdef000000000001");
  EXPECT_EQ(hash_from_hex("00000000000000abcdef000000000001"), hash);
}

TEST(Hash, ReadsNothingElse) {
  for (const char* text : {"", "0", "00000000000000ABcdef000000000001", "00000000000000abcdef00000000000",
                           "00000000000000abcdef0000000000012", "0000000000000 abcdef000000000001",
                           "g0000000000000abcdef000000000001"})
    EXPECT_EQ(hash_from_hex(text), std::nullopt) << text;
}

TEST(Hash, KnowsWhenThereIsNone) {
  EXPECT_TRUE(Hash128{}.is_zero());
  EXPECT_FALSE((Hash128{0, 1}).is_zero());
  EXPECT_FALSE((Hash128{1, 0}).is_zero());
}

}  // namespace
}  // namespace sluice
