// Turning squares of 16-bit values in registers, where registers hold more than one. Read once for each SIMD
// target.
#if defined(FRAMEWRIGHT_KERNELS_TRANSPOSE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_TRANSPOSE_INL_HPP
#undef FRAMEWRIGHT_KERNELS_TRANSPOSE_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_TRANSPOSE_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors are rows of blocks of 128 bits; block b of the eight vectors is a square of 8x8 values of 16 bits.
/// Turns each square about its main diagonal.
template <class D16, class V = hn::Vec<D16>>
HWY_INLINE void transpose_squares(D16 d16, V (&v)[8]) {
  const hn::RepartitionToWide<D16> d32;
  const hn::RepartitionToWide<decltype(d32)> d64;
  V pairs[8];
  for (int i = 0; i < 4; ++i) {
    pairs[2 * i] = hn::InterleaveLower(d16, v[2 * i], v[2 * i + 1]);
    pairs[2 * i + 1] = hn::InterleaveUpper(d16, v[2 * i], v[2 * i + 1]);
  }
  // fours[4 h + c]: columns 2 c and 2 c + 1 of rows 4 h to 4 h + 3.
  decltype(hn::BitCast(d64, v[0])) fours[8];
  for (int half = 0; half < 2; ++half) {
    for (int i = 0; i < 2; ++i) {
      const auto upper_rows = hn::BitCast(d32, pairs[4 * half + i]);
      const auto lower_rows = hn::BitCast(d32, pairs[4 * half + 2 + i]);
      fours[4 * half + 2 * i] = hn::BitCast(d64, hn::InterleaveLower(d32, upper_rows, lower_rows));
      fours[4 * half + 2 * i + 1] = hn::BitCast(d64, hn::InterleaveUpper(d32, upper_rows, lower_rows));
    }
  }
  for (int i = 0; i < 4; ++i) {
    v[2 * i] = hn::BitCast(d16, hn::InterleaveLower(d64, fours[i], fours[4 + i]));
    v[2 * i + 1] = hn::BitCast(d16, hn::InterleaveUpper(d64, fours[i], fours[4 + i]));
  }
}

/// Stores each block of 128 bits `stride` bytes after the one before it.
template <class D8, class V>
HWY_INLINE void store_blocks(D8 d8, V v, std::uint8_t* to, std::ptrdiff_t stride) {
  if constexpr (hn::MaxLanes(D8()) <= 16) {
    hn::StoreU(v, d8, to);
  } else {
    const hn::Half<D8> half;
    store_blocks(half, hn::LowerHalf(half, v), to, stride);
    store_blocks(half, hn::UpperHalf(half, v),
                 to + stride * static_cast<std::ptrdiff_t>(hn::MaxLanes(half) / 16), stride);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif  // FRAMEWRIGHT_KERNELS_TRANSPOSE_INL_HPP
