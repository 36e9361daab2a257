#include <bit>
#include <cstring>

#include "stages/edm4hep/reader.h"

namespace sluice::edm4hep {

namespace {

/// A block of four bytes on its way into the hash: MurmurHash3 by Austin Appleby, who placed it in the public
/// domain; the constants are those of the x86 variant of 32 bits.
std::uint32_t scramble(std::uint32_t block) { return std::rotl(block * 0xcc9e2d51U, 15) * 0x1b873593U; }

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

}  // namespace

std::uint32_t collection_id(std::string_view name) {
  std::uint32_t hash = 0;
  std::size_t at = 0;
  for (; at + 4 <= name.size(); at += 4)
    hash = std::rotl(hash ^ scramble(little_endian(name.substr(at, 4))), 13) * 5 + 0xe6546b64U;
  hash ^= scramble(little_endian(name.substr(at)));
  hash ^= static_cast<std::uint32_t>(name.size());
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

}  // namespace sluice::edm4hep
