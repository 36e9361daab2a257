// The number types that event files hold, as values: a file says at run time what a column is made of, and
// these names tie that to the C++ type that code asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sluice::edm4hep {

enum class Number : std::uint8_t { i8, i16, i32, i64, u8, u16, u32, u64, f32, f64 };

/// Bytes of one number, in memory and in a file alike.
constexpr std::size_t size_of(Number number) {
  switch (number) {
    case Number::i8:
    case Number::u8: return 1;
    case Number::i16:
    case Number::u16: return 2;
    case Number::i32:
    case Number::u32:
    case Number::f32: return 4;
    case Number::i64:
    case Number::u64:
    case Number::f64: return 8;
  }
  return 0;
}

/// "int32", "float": as people write it.
constexpr std::string_view name_of(Number number) {
  switch (number) {
    case Number::i8: return "int8";
    case Number::i16: return "int16";
    case Number::i32: return "int32";
    case Number::i64: return "int64";
    case Number::u8: return "uint8";
    case Number::u16: return "uint16";
    case Number::u32: return "uint32";
    case Number::u64: return "uint64";
    case Number::f32: return "float";
    case Number::f64: return "double";
  }
  return "";
}

template <typename T>
constexpr Number number_of() {
  if constexpr (std::is_same_v<T, float>) {
    return Number::f32;
  } else if constexpr (std::is_same_v<T, double>) {
    return Number::f64;
  } else {
    static_assert(std::is_integral_v<T> && !std::is_same_v<T, bool>, "columns hold numbers");
    constexpr bool is_signed = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return is_signed ? Number::i8 : Number::u8;
    if constexpr (sizeof(T) == 2) return is_signed ? Number::i16 : Number::u16;
    if constexpr (sizeof(T) == 4) return is_signed ? Number::i32 : Number::u32;
    return is_signed ? Number::i64 : Number::u64;
  }
}

/// Calls `work` with a value of the C++ type that `number` names: with_type(n, [](auto zero) { … }).
template <typename Work>
decltype(auto) with_type(Number number, Work&& work) {
  switch (number) {
    case Number::i8: return work(std::int8_t{});
    case Number::i16: return work(std::int16_t{});
    case Number::i32: return work(std::int32_t{});
    case Number::i64: return work(std::int64_t{});
    case Number::u8: return work(std::uint8_t{});
    case Number::u16: return work(std::uint16_t{});
    case Number::u32: return work(std::uint32_t{});
    case Number::u64: return work(std::uint64_t{});
    case Number::f32: return work(float{});
    case Number::f64: break;
  }
  return work(double{});
}

}  // namespace sluice::edm4hep
