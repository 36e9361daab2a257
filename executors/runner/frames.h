// Messages on the runner's socket: four bytes of length (little endian), then one JSON object. Batches travel
// as arrays inside one message, so that ten thousand attempts cost a few dozen system calls.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::executors {

constexpr std::size_t longest_frame = 256U << 20U;

void append_frame(std::string& out, std::string_view text);

/// Cuts a stream of bytes into messages.
class FrameReader {
 public:
  void feed(std::string_view bytes);
  /// The next complete message; valid until the next call. Nothing: more bytes are needed, or the stream is
  /// broken.
  std::optional<std::string_view> next();
  bool broken() const { return broken_; }

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
  bool broken_ = false;
};

}  // namespace sluice::executors
