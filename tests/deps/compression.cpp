// The four codecs of ROOT files, there and back.
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>

namespace {

const std::string text(1000, 'x');
std::array<unsigned char, 4096> packed;
std::string unpacked(1000, '\0');

bool zlib() {
  uLongf size = packed.size();
  uLongf length = unpacked.size();
  compress(packed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  return uncompress(reinterpret_cast<Bytef*>(unpacked.data()), &length, packed.data(), size) == Z_OK;
}

bool zstd() {
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  return ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), size) == text.size();
}

bool lz4() {
  auto* const bytes = reinterpret_cast<char*>(packed.data());
  const int size = LZ4_compress_default(text.data(), bytes, static_cast<int>(text.size()),
                                        static_cast<int>(packed.size()));
  return LZ4_decompress_safe(bytes, unpacked.data(), size, static_cast<int>(unpacked.size())) == 1000;
}

bool lzma() {
  std::size_t size = 0;
  lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                          text.size(), packed.data(), &size, packed.size());
  std::uint64_t memory_limit = UINT64_MAX;
  std::size_t read = 0;
  std::size_t written = 0;
  return lzma_stream_buffer_decode(&memory_limit, 0, nullptr, packed.data(), &read, size,
                                   reinterpret_cast<std::uint8_t*>(unpacked.data()), &written,
                                   unpacked.size()) == LZMA_OK;
}

}  // namespace

int main() {
  for (const auto codec : {zlib, zstd, lz4, lzma}) {
    unpacked.assign(text.size(), '\0');
    if (!codec() || unpacked != text) return 1;
  }
  return 0;
}
