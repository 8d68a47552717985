// Whole numbers in floats, which devices multiply and add at once, and twice as fast as integers.
#pragma once

#include <cmath>
#include <cstring>

#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

/// 2^23: from here to 2^24 floats are the whole numbers, and their lowest bits are those of these.
inline constexpr float kWholeFloats = 8388608;
/// In their middle, so that numbers below 0 can be added, too.
inline constexpr float kMiddleOfWholeFloats = 1.5F * kWholeFloats;

__device__ inline float float_of_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
__device__ inline std::uint32_t bits_of_float(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The bits of kWholeFloats. Those of whole floats up from there have the number below them.
inline constexpr std::uint32_t kWholeBits = 0x4B000000;

/// The i-th byte of a word, counted from `from`.
__device__ inline float float_of_byte(std::uint32_t word, int i, float from) {
#ifdef __CUDACC__
  const std::uint32_t bits = __byte_perm(word, kWholeBits, 0x7440U + static_cast<unsigned>(i));
#else
  const std::uint32_t bits = kWholeBits | (word >> (8 * i) & 0xFF);
#endif
  return float_of_bits(bits) - (kWholeFloats + from);
}

/// The lower or the upper half of a word, counted from `from`.
__device__ inline float float_of_half(std::uint32_t word, int i, float from) {
#ifdef __CUDACC__
  const std::uint32_t bits = __byte_perm(word, kWholeBits, i == 0 ? 0x7410 : 0x7432);
#else
  const std::uint32_t bits = kWholeBits | (word >> (16 * i) & 0xFFFF);
#endif
  return float_of_bits(bits) - (kWholeFloats + from);
}

/// The lowest 16 bits of two whole floats.
__device__ inline std::uint32_t halves_of_floats(float lower, float upper) {
#ifdef __CUDACC__
  return __byte_perm(bits_of_float(lower), bits_of_float(upper), 0x5410);
#else
  return (bits_of_float(lower) & 0xFFFF) | bits_of_float(upper) << 16;
#endif
}

/// a * b + sum rounded down, where the sum is one of whole floats and the result, too.
__device__ inline float add_rounding_down(float a, float b, float sum) {
#ifdef __CUDA_ARCH__
  return __fmaf_rd(a, b, sum);
#else
  return static_cast<float>(std::floor(double{a} * double{b} + double{sum}));
#endif
}
__device__ inline float add_rounding_up(float a, float b, float sum) {
#ifdef __CUDA_ARCH__
  return __fmaf_ru(a, b, sum);
#else
  return static_cast<float>(std::ceil(double{a} * double{b} + double{sum}));
#endif
}

}  // namespace framewright::kernels
