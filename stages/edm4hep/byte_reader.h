// Walks over bytes of a ROOT file, which are big-endian, without ever leaving them: reading past the end
// gives zeros and is remembered, so that parsing code checks once, at its end, instead of after each number.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::edm4hep {

using Bytes = std::span<const std::byte>;

/// Between big-endian and the machine's order, whichever way.
template <typename T>
T swap_big_endian(T value) {
  if constexpr (sizeof(T) == 1 || std::endian::native == std::endian::big) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return std::bit_cast<T>(__builtin_bswap16(std::bit_cast<std::uint16_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
  } else {
    return std::bit_cast<T>(__builtin_bswap64(std::bit_cast<std::uint64_t>(value)));
  }
}

/// The number at the start of `at`, which must be long enough.
template <typename T>
T load_big_endian(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return swap_big_endian(value);
}

class ByteReader {
 public:
  explicit ByteReader(Bytes bytes, std::size_t at = 0) : bytes_(bytes), at_(at), failed_(at > bytes.size()) {}

  bool failed() const { return failed_; }
  std::size_t at() const { return at_; }
  std::size_t size() const { return bytes_.size(); }
  std::size_t left() const { return failed_ ? 0 : bytes_.size() - at_; }

  template <typename T>
  T number() {
    if (left() < sizeof(T)) {
      fail();
      return T{};
    }
    const T value = load_big_endian<T>(bytes_.data() + at_);
    at_ += sizeof(T);
    return value;
  }

  void skip(std::size_t count) {
    if (left() < count) return fail();
    at_ += count;
  }
  /// To an absolute position at or behind the present one: the end of an object, whatever is left of it.
  void go_to(std::size_t position) {
    if (failed_ || position < at_ || position > bytes_.size()) return fail();
    at_ = position;
  }
  void fail() { failed_ = true; }

  /// A TString: one byte of length, or 255 and four more.
  std::string text() {
    std::size_t length = number<std::uint8_t>();
    if (length == 255) length = number<std::uint32_t>();
    if (left() < length) {
      fail();
      return {};
    }
    const auto* start = reinterpret_cast<const char*>(bytes_.data() + at_);
    at_ += length;
    return {start, length};
  }
  /// Characters up to a zero.
  std::string c_text() {
    std::string text;
    while (const auto c = number<char>()) text += c;
    return text;
  }

 private:
  Bytes bytes_;
  std::size_t at_;
  bool failed_;
};

}  // namespace sluice::edm4hep
