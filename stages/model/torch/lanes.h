// Sixteen numbers at a time, for the few loops where LibTorch's own operations lose time: written once,
// compiled for each kind of x86 processor, chosen when the program starts. Include it in .cpp files alone.
#pragma once

#include <cstdint>

// Lanes are passed between functions that are inlined, so how they would be passed otherwise doesn't matter.
#pragma GCC diagnostic ignored "-Wpsabi"

// A function with this is there for AVX-512, AVX2 and anything; what it calls has to be SLUICE_INLINE.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SLUICE_EVERY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SLUICE_EVERY_PROCESSOR
#endif
#define SLUICE_INLINE inline __attribute__((always_inline))

namespace sluice::model {

constexpr std::int64_t lanes = 16;
using Lanes = float __attribute__((vector_size(lanes * sizeof(float)), aligned(alignof(float)), may_alias));
using IntegerLanes = std::int32_t __attribute__((vector_size(lanes * sizeof(std::int32_t))));

SLUICE_INLINE Lanes load(const float* from) { return *reinterpret_cast<const Lanes*>(from); }
SLUICE_INLINE void store(float* to, Lanes x) { *reinterpret_cast<Lanes*>(to) = x; }
SLUICE_INLINE Lanes all(float x) { return x - Lanes{}; }
/// These keep an x that is no number.
SLUICE_INLINE Lanes at_least(Lanes x, Lanes least) { return x < least ? least : x; }
SLUICE_INLINE Lanes at_most(Lanes x, Lanes most) { return x > most ? most : x; }

/// e^x to a rounding or two: 2^n e^r with |r| <= ln 2 / 2, and a polynomial for e^r. Below -87 it is about 0.
SLUICE_INLINE Lanes exponential(Lanes x) {
  constexpr float to_integer = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer
  constexpr float ln2_high = 0.693359375F;   // exact times a small integer
  constexpr float ln2_low = -2.12194440e-4F;
  x = at_least(at_most(x, all(88)), all(-87));
  const Lanes n = (x * 1.44269504F + to_integer) - to_integer;
  const Lanes r = (x - n * ln2_high) - n * ln2_low;
  // 1/2! to 1/7!, the last ones bent a little so that the error is spread evenly (S. Moshier, Cephes, expf).
  Lanes p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r + 1.0F;
  const IntegerLanes exponent = (__builtin_convertvector(n, IntegerLanes) + 127) << 23;
  return p * reinterpret_cast<const Lanes&>(exponent);
}

}  // namespace sluice::model
