#include "executors/runner/frames.h"

#include <cstdint>

namespace sluice::executors {

namespace {

constexpr std::size_t head_bytes = 4;

}  // namespace

void append_frame(std::string& out, std::string_view text) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((text.size() >> shift) & 0xffU);
  out += text;
}

void FrameReader::feed(std::string_view bytes) {
  if (begin_ > 0 && begin_ >= bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
}

std::optional<std::string_view> FrameReader::next() {
  if (broken_ || bytes_.size() - begin_ < head_bytes) return std::nullopt;
  std::size_t length = 0;
  for (unsigned i = 0; i < head_bytes; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes_[begin_ + i])) << (8 * i);
  if (length > longest_frame) {
    broken_ = true;
    return std::nullopt;
  }
  if (bytes_.size() - begin_ < head_bytes + length) return std::nullopt;
  const auto message = std::string_view(bytes_).substr(begin_ + head_bytes, length);
  begin_ += head_bytes + length;
  return message;
}

}  // namespace sluice::executors
