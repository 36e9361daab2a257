// Bytes of a ROOT file on their way out: big-endian numbers, texts, and objects, each of which begins with
// its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stages/edm4hep/byte_reader.h"

namespace sluice::edm4hep {

class ByteWriter {
 public:
  /// `key_bytes`: positions inside an object are counted from the start of its key.
  explicit ByteWriter(std::size_t key_bytes = 0) : key_bytes_(key_bytes) {}

  std::size_t size() const { return bytes_.size(); }
  std::vector<std::byte> take() { return std::move(bytes_); }
  std::span<const std::byte> bytes() const { return bytes_; }

  template <typename T>
  void number(T value) {
    const T swapped = swap_big_endian(value);
    const auto* at = reinterpret_cast<const std::byte*>(&swapped);
    bytes_.insert(bytes_.end(), at, at + sizeof(T));
  }
  void i16(int value) { number(static_cast<std::int16_t>(value)); }
  void i32(std::int64_t value) { number(static_cast<std::int32_t>(value)); }
  void i64(std::uint64_t value) { number(value); }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void raw(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view text) {
    if (text.size() < 255) {
      number(static_cast<std::uint8_t>(text.size()));
    } else {
      number(std::uint8_t{255});
      number(static_cast<std::uint32_t>(text.size()));
    }
    raw(std::as_bytes(std::span(text)));
  }

  /// Begins an object of a class version; give what this returns to end().
  std::size_t begin(int version) {
    const std::size_t start = bytes_.size();
    zeros(4);
    i16(version);
    return start;
  }
  /// Begins an object whose class is written in front of it. The place is what references to it say.
  std::size_t begin_object(const std::string& class_name) {
    const std::size_t start = bytes_.size();
    zeros(4);
    const auto [known, is_new] = classes_.emplace(class_name, place());
    if (is_new) {
      number(std::uint32_t{0xffffffff});
      raw(std::as_bytes(std::span(class_name)));
      zeros(1);
    } else {
      number(known->second | 0x80000000U);
    }
    return start;
  }
  void end(std::size_t start) {
    const auto count = static_cast<std::uint32_t>(bytes_.size() - start - 4) | 0x40000000U;
    overwrite(start, count);
  }
  /// What a reference to something that begins here says.
  std::uint32_t place() const { return static_cast<std::uint32_t>(bytes_.size() + key_bytes_ + 2); }

  void overwrite(std::size_t at, std::uint32_t value) {
    const std::uint32_t swapped = swap_big_endian(value);
    std::memcpy(bytes_.data() + at, &swapped, sizeof swapped);
  }

  /// The parts that most objects begin with.
  void object_header(std::uint32_t bits = 0) {
    i16(1);
    i32(0);
    number(bits);
  }
  void named(std::string_view name, std::string_view title, std::uint32_t bits = 0) {
    const std::size_t start = begin(1);
    object_header(bits);
    text(name);
    text(title);
    end(start);
  }
  /// The head of a TObjArray; its objects follow.
  std::size_t begin_array(std::size_t count) {
    const std::size_t start = begin(3);
    object_header();
    text("");
    i32(static_cast<std::int64_t>(count));
    i32(0);
    return start;
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t key_bytes_;
  std::map<std::string, std::uint32_t> classes_;
};

}  // namespace sluice::edm4hep
