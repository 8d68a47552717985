// Rows turned into columns and back, a few at a time, so that a running sum along them becomes one addition
// of vectors for all of them. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_TURNED_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_TURNED_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_TURNED_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_TURNED_ROWS_INL_HPP
#endif

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// Bytes of the blocks that turn() works in.
inline constexpr std::size_t kBlockBytes = 16;

/// Turns the square of kCount x kCount lanes that the vectors hold in each block, by halves: each round moves
/// one bit of a lane's row number into its column number.
template <std::size_t kCount, std::size_t kDone = 1, class D>
HWY_INLINE void turn(D d, hn::Vec<D> (&rows)[kCount]) {
  static_assert(kCount * sizeof(hn::TFromD<D>) == kBlockBytes);
  if constexpr (kDone < kCount) {
    hn::Vec<D> mixed[kCount];
    for_each_constant<kCount / 2>([&](auto i) HWY_ATTR {
      mixed[2 * i] = hn::InterleaveLower(d, rows[i], rows[i + kCount / 2]);
      mixed[2 * i + 1] = hn::InterleaveUpper(d, rows[i], rows[i + kCount / 2]);
    });
    for_each_constant<kCount>([&](auto i) HWY_ATTR { rows[i] = mixed[i]; });
    turn<kCount, 2 * kDone>(d, rows);
  }
}

/// Calls store(block, index) for each block of a vector.
template <class D, typename Store>
HWY_INLINE void for_each_block(D d, hn::Vec<D> v, Store store, std::size_t first = 0) {
  if constexpr (hn::MaxLanes(d) * sizeof(hn::TFromD<D>) <= kBlockBytes) {
    store(v, first);
  } else {
    const hn::Half<D> half;
    for_each_block(half, hn::LowerHalf(half, v), store, first);
    for_each_block(half, hn::UpperHalf(half, v), store,
                   first + hn::MaxLanes(half) * sizeof(hn::TFromD<D>) / kBlockBytes);
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_TURNED_ROWS_INL_HPP
