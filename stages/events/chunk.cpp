#include "stages/events/chunk.h"

#include <zlib.h>

#include <stdexcept>

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

std::vector<std::byte> encode_chunk(std::span<const std::byte> raw, std::size_t number_size, int level) {
  std::vector<std::byte> out;
  if (level == 0) {
    out.assign(raw.begin(), raw.end());
  } else {
    std::vector<std::byte> mixed(raw.size());
    shuffle(raw, number_size, mixed);
    uLongf size = compressBound(static_cast<uLong>(raw.size()));
    out.resize(size);
    if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(mixed.data()),
                  static_cast<uLong>(raw.size()), level) != Z_OK)
      throw std::runtime_error("zlib refuses to compress a chunk");
    out.resize(size);
  }
  const std::uint32_t sum = fletcher32(out);
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<std::byte>((sum >> shift) & 0xffU));
  return out;
}

}  // namespace sluice::events
