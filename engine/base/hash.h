// Content hashes. Everything Sluice calls "the same" is the same XXH3-128: files, folders, fingerprints.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Hash128&) const = default;
  bool is_zero() const { return high == 0 && low == 0; }
};

std::string to_hex(const Hash128& hash);                      ///< 32 lower-case digits
std::optional<Hash128> hash_from_hex(std::string_view text);  ///< nothing unless exactly 32 digits
Hash128 hash_bytes(std::string_view bytes);
std::uint64_t hash64(std::string_view bytes);

/// Streams bytes into one hash. `field` prefixes the length, so that two fields can't be confused with one.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void reset();
  void bytes(const void* data, std::size_t size);
  void field(std::string_view text);
  void field(const Hash128& hash);
  void number(std::uint64_t value);
  Hash128 digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice

template <>
struct std::hash<sluice::Hash128> {
  std::size_t operator()(const sluice::Hash128& value) const noexcept { return value.low; }
};
