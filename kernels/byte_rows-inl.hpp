// Rows of bytes, a vector at a time. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_BYTE_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_BYTE_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_BYTE_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_BYTE_ROWS_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// 32 bytes at most: of 64 that do not start at a multiple of 64, every load touches two lines of the cache,
/// and 3x3 medians took 1.4 times as long.
using RowTag = hn::CappedTag<std::uint8_t, 32>;

/// Calls body(tag, i) so that the vectors at i cover [0, count) and nothing else. The last one overlaps the
/// one before it, so `body` may not read what it writes; rows shorter than a vector go byte by byte.
template <typename Body>
HWY_INLINE void for_each_vector(std::size_t count, Body body) {
  const RowTag d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    for (std::size_t i = 0; i < count; ++i) body(hn::CappedTag<std::uint8_t, 1>(), i);
    return;
  }
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) body(d, i);
  if (i < count) body(d, count - lanes);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_BYTE_ROWS_INL_HPP
