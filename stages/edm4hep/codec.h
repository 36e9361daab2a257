// The compressed blocks of ROOT files: which algorithm, how long, and the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/buffer.h"

namespace sluice::edm4hep {

/// Unpacks blocks that together make up exactly `size` bytes. The error says only what is wrong with the
/// blocks; the caller knows where they are.
Result<Buffer> unpack(std::span<const std::byte> blocks, std::size_t size);

/// Packs bytes into blocks (zstd); returns the bytes themselves when that would not make them shorter, which
/// is how ROOT files say "not compressed".
Buffer pack(std::span<const std::byte> bytes);

}  // namespace sluice::edm4hep
