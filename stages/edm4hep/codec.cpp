#include "stages/edm4hep/codec.h"

#include <lz4.h>
#include <lzma.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include "stages/edm4hep/byte_reader.h"

namespace sluice::edm4hep {

namespace {

constexpr std::size_t header_size = 9;
constexpr std::size_t largest_block = 0xffffff;  // lengths have three bytes

struct Block {
  std::string_view algorithm;
  std::span<const std::byte> packed;
  std::size_t size = 0;
};

std::size_t three_bytes(const std::byte* at) {
  return std::to_integer<std::size_t>(at[0]) | std::to_integer<std::size_t>(at[1]) << 8U |
         std::to_integer<std::size_t>(at[2]) << 16U;
}

// zlib, or (raw) the deflate stream without zlib's frame that the oldest files have.
bool inflate_block(const Block& block, std::byte* out, bool raw) {
  z_stream stream{};
  if (inflateInit2(&stream, raw ? -15 : 15) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(block.packed.data()));
  stream.avail_in = static_cast<uInt>(block.packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = static_cast<uInt>(block.size);
  const int end = inflate(&stream, Z_FINISH);
  const bool complete = end == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  return complete;
}

bool unpack_lzma(const Block& block, std::byte* out) {
  std::uint64_t memory = std::uint64_t{128} << 20;
  std::size_t in_at = 0;
  std::size_t out_at = 0;
  const auto end = lzma_stream_buffer_decode(
      &memory, 0, nullptr, reinterpret_cast<const std::uint8_t*>(block.packed.data()), &in_at,
      block.packed.size(), reinterpret_cast<std::uint8_t*>(out), &out_at, block.size);
  return end == LZMA_OK && out_at == block.size;
}

// Eight bytes of XXH64 come before the data.
bool unpack_lz4(const Block& block, std::byte* out) {
  constexpr std::size_t checksum_size = 8;
  if (block.packed.size() < checksum_size) return false;
  const auto data = block.packed.subspan(checksum_size);
  if (XXH64(data.data(), data.size(), 0) != load_big_endian<std::uint64_t>(block.packed.data())) return false;
  const int size =
      LZ4_decompress_safe(reinterpret_cast<const char*>(data.data()), reinterpret_cast<char*>(out),
                          static_cast<int>(data.size()), static_cast<int>(block.size));
  return size >= 0 && static_cast<std::size_t>(size) == block.size;
}

// One context a thread: making one costs as much as a small basket.
bool unpack_zstd(const Block& block, std::byte* out) {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  return ZSTD_decompressDCtx(context.get(), out, block.size, block.packed.data(), block.packed.size()) ==
         block.size;
}

/// With a checksum, so that a reader notices when the bytes have changed.
std::size_t pack_zstd(std::span<const std::byte> bytes, std::span<std::byte> out) {
  constexpr int level = 3;
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  return ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
}

bool unpack_block(const Block& block, std::byte* out) {
  if (block.algorithm == "ZL") return inflate_block(block, out, false);
  if (block.algorithm == "CS") return inflate_block(block, out, true);
  if (block.algorithm == "XZ") return unpack_lzma(block, out);
  if (block.algorithm == "L4") return unpack_lz4(block, out);
  return unpack_zstd(block, out);
}

bool is_known(std::string_view algorithm) {
  return algorithm == "ZL" || algorithm == "CS" || algorithm == "XZ" || algorithm == "L4" ||
         algorithm == "ZS";
}

}  // namespace

Result<Buffer> unpack(std::span<const std::byte> blocks, std::size_t size) {
  Buffer out;
  while (out.size() < size) {
    if (blocks.size() < header_size) return Error{"its compressed data end too early", "", ""};
    Block block;
    block.algorithm = {reinterpret_cast<const char*>(blocks.data()), 2};
    const std::size_t packed_size = three_bytes(blocks.data() + 3);
    block.size = three_bytes(blocks.data() + 6);
    if (!is_known(block.algorithm)) return Error{"its compressed data do not begin as they should", "", ""};
    if (packed_size > blocks.size() - header_size || block.size > size - out.size() || block.size == 0)
      return Error{"the lengths in its compressed data do not fit", "", ""};
    block.packed = blocks.subspan(header_size, packed_size);
    const std::size_t before = out.size();
    // The first block says most: more is only allocated once it has turned out to be sound.
    out.resize(before + block.size);
    if (!unpack_block(block, out.data() + before))
      return Error{"its compressed data (" + std::string(block.algorithm) + ") are damaged", "", ""};
    blocks = blocks.subspan(header_size + packed_size);
  }
  return out;
}

Buffer pack(std::span<const std::byte> bytes) {
  Buffer out;
  for (std::size_t at = 0; at < bytes.size(); at += largest_block) {
    const auto piece = bytes.subspan(at, std::min(largest_block, bytes.size() - at));
    const std::size_t start = out.size();
    out.resize(start + header_size + ZSTD_compressBound(piece.size()));
    const std::size_t packed = pack_zstd(piece, std::span(out).subspan(start + header_size));
    const bool useful = ZSTD_isError(packed) == 0 && packed + header_size < piece.size();
    if (!useful) return {bytes.begin(), bytes.end()};
    std::memcpy(out.data() + start, "ZS\x01", 3);
    for (unsigned i = 0; i < 3; ++i) {
      out[start + 3 + i] = static_cast<std::byte>(packed >> (8 * i));
      out[start + 6 + i] = static_cast<std::byte>(piece.size() >> (8 * i));
    }
    out.resize(start + header_size + packed);
  }
  return out;
}

}  // namespace sluice::edm4hep
