#include <xxhash.h>

// The published test vector of XXH3-128 for the empty input.
int main() {
  const XXH128_hash_t hash = XXH3_128bits("", 0);
  return hash.high64 == 0x99aa06d3014798d8ULL && hash.low64 == 0x6001c324468d497fULL ? 0 : 1;
}
