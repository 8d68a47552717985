// Four neighbours of a row, which one thread computes together: one index and one access to memory for all of
// them.
#pragma once

#include "kernels/pixel_math.hpp"
#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

struct FourValues {
  int of[4];

  /// value(i) for i from 0 to 3.
  template <typename Value>
  static FW_HOST_DEVICE FourValues from(Value value) {
    return {{value(0), value(1), value(2), value(3)}};
  }
  static __device__ FourValues of_bytes(std::uint32_t word) {
    return from([&](int i) { return byte_of(word, i); });
  }
  /// A word of them, which are bytes.
  __device__ std::uint32_t bytes() const {
    const auto byte = [&](int i) { return static_cast<std::uint32_t>(of[i]); };
    return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  }
  /// Of signed numbers of 16 bits, at a whole word of 8 bytes.
  static __device__ FourValues of_shorts(const std::int16_t* at) {
    const uint2 words = *reinterpret_cast<const uint2*>(at);
    return {{static_cast<std::int16_t>(words.x), static_cast<int>(words.x) >> 16,
             static_cast<std::int16_t>(words.y), static_cast<int>(words.y) >> 16}};
  }
  /// As of_shorts() reads them.
  __device__ void write_shorts(std::int16_t* at) const {
    const auto pair = [](int low, int high) {
      return (static_cast<std::uint32_t>(low) & 0xFFFF) | static_cast<std::uint32_t>(high) << 16;
    };
    *reinterpret_cast<uint2*>(at) = {pair(of[0], of[1]), pair(of[2], of[3])};
  }

  /// The first `count` of them, wherever that is.
  __device__ void write_shorts(std::int16_t* at, int count) const {
    if (count >= 4 && reinterpret_cast<std::uintptr_t>(at) % sizeof(uint2) == 0) return write_shorts(at);
    FW_UNROLL
    for (int i = 0; i < 4; ++i) {
      if (i < count) at[i] = static_cast<std::int16_t>(of[i]);
    }
  }

  friend FW_HOST_DEVICE FourValues operator+(const FourValues& a, const FourValues& b) {
    return from([&](int i) { return a.of[i] + b.of[i]; });
  }
  friend FW_HOST_DEVICE FourValues operator-(const FourValues& a, const FourValues& b) {
    return from([&](int i) { return a.of[i] - b.of[i]; });
  }
  friend FW_HOST_DEVICE FourValues operator*(int a, const FourValues& b) {
    return from([&](int i) { return a * b.of[i]; });
  }
  FW_HOST_DEVICE FourValues& operator+=(const FourValues& more) { return *this = *this + more; }
};

/// The bytes from `at` on, with kPassBits fractional bits.
__device__ inline FourValues passed_bytes(const std::uint8_t* from, int at) {
  return (1 << kPassBits) * FourValues::of_bytes(four_bytes(from, at));
}

FW_HOST_DEVICE inline FourValues multiply_q15(const FourValues& a, int b) {
  return FourValues::from([&](int i) { return multiply_q15(a.of[i], b); });
}

}  // namespace framewright::kernels
