#include "stages/events/chunk.h"

#include <zlib.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace sluice::events {

void shuffle(std::span<const std::byte> from, std::size_t number_size, std::span<std::byte> to) {
  const std::size_t numbers = from.size() / number_size;
  for (std::size_t byte = 0; byte < number_size; ++byte) {
    std::byte* out = to.data() + byte * numbers;
    const std::byte* in = from.data() + byte;
    for (std::size_t i = 0; i < numbers; ++i) out[i] = in[i * number_size];
  }
}

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  std::uint32_t sum1 = 0;
  std::uint32_t sum2 = 0;
  const std::size_t words = bytes.size() / 2;
  constexpr std::size_t stretch = 360;  // as many as fit into 32 bits without overflow
  for (std::size_t at = 0; at < words; at += stretch) {
    const std::size_t end = std::min(words, at + stretch);
    for (std::size_t i = at; i < end; ++i) {
      sum1 += (std::to_integer<std::uint32_t>(bytes[2 * i]) << 8U) |
              std::to_integer<std::uint32_t>(bytes[2 * i + 1]);
      sum2 += sum1;
    }
    sum1 = (sum1 & 0xffffU) + (sum1 >> 16U);
    sum2 = (sum2 & 0xffffU) + (sum2 >> 16U);
  }
  if (bytes.size() % 2 != 0) {
    sum1 += std::to_integer<std::uint32_t>(bytes.back()) << 8U;
    sum2 += sum1;
    sum1 = (sum1 & 0xffffU) + (sum1 >> 16U);
    sum2 = (sum2 & 0xffffU) + (sum2 >> 16U);
  }
  sum1 = (sum1 & 0xffffU) + (sum1 >> 16U);
  sum2 = (sum2 & 0xffffU) + (sum2 >> 16U);
  return (sum2 << 16U) | sum1;
}

namespace {

/// Bits a byte of these needs by its frequency alone.
double entropy(std::span<const std::byte> bytes) {
  std::array<std::array<std::uint32_t, 256>, 4> counts{};  // four, as a run of equal bytes would wait for one
  for (std::size_t i = 0; i < bytes.size(); ++i) ++counts[i % 4][std::to_integer<std::size_t>(bytes[i])];
  double sum = 0;
  for (std::size_t value = 0; value < 256; ++value) {
    const double count = counts[0][value] + counts[1][value] + counts[2][value] + counts[3][value];
    if (count > 0) sum -= count * std::log2(count / static_cast<double>(bytes.size()));
  }
  return bytes.empty() ? 0 : sum / static_cast<double>(bytes.size());
}

/// A zlib stream in which bytes that hardly compress, as those of a mantissa, are stored: zlib would spend
/// most of its time on them. Any zlib reads it.
class Deflater {
 public:
  Deflater(std::size_t size, std::size_t parts, int level) : level_(level) {
    if (deflateInit(&stream_, level) != Z_OK) throw std::runtime_error("zlib can't be set up");
    constexpr std::size_t block_overhead = 64;
    out_.resize(deflateBound(&stream_, static_cast<uLong>(size)) + parts * block_overhead);
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void add(std::span<const std::byte> bytes) {
    constexpr double hardly_compressible_bits = 5.6;
    const int level = entropy(bytes) > hardly_compressible_bits ? 0 : level_;
    stream_.avail_in = 0;
    if (deflateParams(&stream_, level, Z_DEFAULT_STRATEGY) == Z_STREAM_ERROR) fail();
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));  // zlib's older interface
    stream_.avail_in = static_cast<uInt>(bytes.size());
    if (deflate(&stream_, Z_NO_FLUSH) != Z_OK || stream_.avail_in != 0) fail();
  }
  std::vector<std::byte> finish() {
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) fail();
    out_.resize(stream_.total_out);
    return std::move(out_);
  }

 private:
  [[noreturn]] static void fail() { throw std::runtime_error("zlib refuses to compress a chunk"); }

  int level_;
  z_stream stream_{};
  std::vector<std::byte> out_;
};

std::vector<std::byte> shuffled_and_deflated(std::span<const std::byte> raw, std::size_t number_size,
                                             int level) {
  std::vector<std::byte> mixed(raw.size());
  shuffle(raw, number_size, mixed);
  Deflater deflater(raw.size(), number_size, level);
  const std::size_t numbers = raw.size() / number_size;
  for (std::size_t byte = 0; byte < number_size; ++byte)
    deflater.add(std::span<const std::byte>(mixed).subspan(byte * numbers, numbers));
  return deflater.finish();
}

}  // namespace

std::vector<std::byte> encode_chunk(std::span<const std::byte> raw, std::size_t number_size, int level) {
  std::vector<std::byte> out;
  if (level == 0)
    out.assign(raw.begin(), raw.end());
  else
    out = shuffled_and_deflated(raw, number_size, level);
  const std::uint32_t sum = fletcher32(out);
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<std::byte>((sum >> shift) & 0xffU));
  return out;
}

}  // namespace sluice::events
