#include "engine/base/hash.h"

#include <xxhash.h>

namespace sluice {

namespace {

Hash128 from_xxh(const XXH128_hash_t& hash) { return {hash.high64, hash.low64}; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string to_hex(const Hash128& hash) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (unsigned i = 0; i < 16; ++i) {
    text[15 - i] = digits[(hash.high >> (4 * i)) & 15U];
    text[31 - i] = digits[(hash.low >> (4 * i)) & 15U];
  }
  return text;
}

std::optional<Hash128> hash_from_hex(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  Hash128 hash;
  for (std::size_t i = 0; i < 32; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint64_t& half = i < 16 ? hash.high : hash.low;
    half = (half << 4U) | static_cast<std::uint64_t>(digit);
  }
  return hash;
}

Hash128 hash_bytes(std::string_view bytes) { return from_xxh(XXH3_128bits(bytes.data(), bytes.size())); }

std::uint64_t hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) { reset(); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::reset() { XXH3_128bits_reset(state_->xxh); }

void Hasher::bytes(const void* data, std::size_t size) { XXH3_128bits_update(state_->xxh, data, size); }

void Hasher::field(std::string_view text) {
  number(text.size());
  bytes(text.data(), text.size());
}

void Hasher::field(const Hash128& hash) {
  number(hash.high);
  number(hash.low);
}

void Hasher::number(std::uint64_t value) {
  unsigned char little_endian[8];
  for (unsigned i = 0; i < 8; ++i) little_endian[i] = static_cast<unsigned char>(value >> (8 * i));
  bytes(little_endian, sizeof little_endian);
}

Hash128 Hasher::digest() const { return from_xxh(XXH3_128bits_digest(state_->xxh)); }

}  // namespace sluice
