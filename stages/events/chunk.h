// One chunk of a dataset as HDF5's filters shuffle, deflate and fletcher32 leave it. HDF5 can do this itself,
// but in one thread; chunks that are encoded here, on all threads, go into the file as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice::events {

/// Byte j of all numbers side by side, for each j: what makes columns of floats compress.
void shuffle(std::span<const std::byte> from, std::size_t number_size, std::span<std::byte> to);

/// HDF5's variant of Fletcher's checksum (H5checksum.c of HDF5 1.10 defines it): big-endian 16-bit words.
std::uint32_t fletcher32(std::span<const std::byte> bytes);

/// Level 0: not deflated (and not shuffled, as that would only cost).
std::vector<std::byte> encode_chunk(std::span<const std::byte> raw, std::size_t number_size, int level);

}  // namespace sluice::events
