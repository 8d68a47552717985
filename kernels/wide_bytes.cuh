// Bytes that lie anywhere, several at a time. What they are read from begins at a whole word of 16 bytes, as
// pictures in device memory do, and is counted in int.
#pragma once

#include <cstdint>

#include "kernels/cuda_launch.cuh"

namespace framewright::kernels {

/// The four bytes at `shift` of eight, which are the lowest where it is 0.
__device__ inline std::uint32_t four_of_eight(std::uint32_t low, std::uint32_t high, int shift) {
#ifdef __CUDACC__
  return __funnelshift_r(low, high, static_cast<unsigned>(8 * shift));
#else
  return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) >> (8 * shift));
#endif
}

/// The i-th byte of a word, as a number.
__device__ inline int byte_of(std::uint32_t word, int i) {
#ifdef __CUDACC__
  return static_cast<int>(__byte_perm(word, 0, 0x4440U + static_cast<unsigned>(i)));
#else
  return static_cast<int>(word >> (8 * i) & 0xFF);
#endif
}

/// The four bytes from `at` on. Reads the words that they lie in, and no other.
__device__ inline std::uint32_t four_bytes(const std::uint8_t* from, int at) {
  const auto* words = reinterpret_cast<const std::uint32_t*>(from) + (at >> 2);
  const int shift = at & 3;
  return four_of_eight(words[0], words[shift == 0 ? 0 : 1], shift);
}

/// The sixteen bytes from `at` on, as one word where they are one.
__device__ inline uint4 sixteen_bytes(const std::uint8_t* from, int at) {
  if ((at & 15) == 0) return reinterpret_cast<const uint4*>(from)[at >> 4];
  const auto* words = reinterpret_cast<const std::uint32_t*>(from) + (at >> 2);
  const int shift = at & 3;
  const std::uint32_t behind = words[shift == 0 ? 3 : 4];
  return {four_of_eight(words[0], words[1], shift), four_of_eight(words[1], words[2], shift),
          four_of_eight(words[2], words[3], shift), four_of_eight(words[3], behind, shift)};
}

/// Sets the `count` bytes, at most four, from `at` on to the lowest ones of `bytes`, at once where they are a
/// word.
__device__ inline void set_bytes(std::uint8_t* to, int at, std::uint32_t bytes, int count) {
  if (count == 4 && (at & 3) == 0) {
    reinterpret_cast<std::uint32_t*>(to)[at >> 2] = bytes;
    return;
  }
  FW_UNROLL
  for (int i = 0; i < 4; ++i) {
    if (i < count) to[at + i] = static_cast<std::uint8_t>(bytes >> (8 * i));
  }
}

/// A word of what byte(i) gives for i from 0 to 3.
template <typename Byte>
__device__ std::uint32_t word_of(Byte byte) {
  std::uint32_t word = 0;
  FW_UNROLL
  for (int i = 0; i < 4; ++i) word |= std::uint32_t{byte(i)} << (8 * i);
  return word;
}

}  // namespace framewright::kernels
