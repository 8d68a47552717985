// Two bytes, each in 16 bits of a word, which newer devices compare at once.
#pragma once

#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

struct TwoValues {
  std::uint32_t both;

  /// The first and the third byte of a word, or the second and the fourth.
  static __device__ TwoValues of_bytes(std::uint32_t word, int first) {
#ifdef __CUDACC__
    return {__byte_perm(word, 0, first == 0 ? 0x4240 : 0x4341)};
#else
    return {word >> (8 * first) & 0x00FF00FF};
#endif
  }
  /// The word of which these are such bytes, and whose others are 0.
  __device__ std::uint32_t bytes(int first) const { return both << (8 * first); }
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800 && __CUDA_ARCH__ < 900
// As halves, of which bytes are the smallest there are: Ampere and Ada compare no integers of 16 bits.
__device__ inline TwoValues Min(TwoValues a, TwoValues b) {
  TwoValues least;
  asm("min.f16x2 %0, %1, %2;" : "=r"(least.both) : "r"(a.both), "r"(b.both));
  return least;
}
__device__ inline TwoValues Max(TwoValues a, TwoValues b) {
  TwoValues greatest;
  asm("max.f16x2 %0, %1, %2;" : "=r"(greatest.both) : "r"(a.both), "r"(b.both));
  return greatest;
}
#elif defined(__CUDACC__)
__device__ inline TwoValues Min(TwoValues a, TwoValues b) { return {__vminu2(a.both, b.both)}; }
__device__ inline TwoValues Max(TwoValues a, TwoValues b) { return {__vmaxu2(a.both, b.both)}; }
#else
inline TwoValues Min(TwoValues a, TwoValues b) {
  const auto least = [](std::uint32_t x, std::uint32_t y) { return x < y ? x : y; };
  return {least(a.both & 0xFFFF0000, b.both & 0xFFFF0000) | least(a.both & 0xFFFF, b.both & 0xFFFF)};
}
inline TwoValues Max(TwoValues a, TwoValues b) {
  const auto greatest = [](std::uint32_t x, std::uint32_t y) { return x > y ? x : y; };
  return {greatest(a.both & 0xFFFF0000, b.both & 0xFFFF0000) | greatest(a.both & 0xFFFF, b.both & 0xFFFF)};
}
#endif

}  // namespace framewright::kernels
