// Sorting networks of three and five values, and the middle of squares of them. The same for vectors of
// bytes, read once for each SIMD target, and for what a device compares: both have Min and Max.
#if defined(FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#undef FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#endif

#ifdef HWY_NAMESPACE
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
using hn::Max;
using hn::Min;
#define FW_SORTING HWY_INLINE
#else
namespace framewright::kernels {
#define FW_SORTING __device__ inline
#endif

template <typename V>
FW_SORTING void sort_pair(V& low, V& high) {
  const V lower = Min(low, high);
  high = Max(low, high);
  low = lower;
}

template <typename V>
FW_SORTING V middle_of_three(V a, V b, V c) {
  return Max(Min(a, b), Min(Max(a, b), c));
}

// Values with names, not in arrays: a compiler that leaves a loop alone leaves its array in memory.
template <typename V>
struct Three {
  V a, b, c;
};

template <typename V>
struct Five {
  V a, b, c, d, e;
};

template <typename V>
FW_SORTING void sort_values(Three<V>& v) {
  sort_pair(v.a, v.b);
  sort_pair(v.b, v.c);
  sort_pair(v.a, v.b);
}

template <typename V>
FW_SORTING void sort_first_four(Five<V>& v) {
  sort_pair(v.a, v.b);
  sort_pair(v.c, v.d);
  sort_pair(v.a, v.c);
  sort_pair(v.b, v.d);
  sort_pair(v.b, v.c);
}

/// Four are sorted and the fifth sinks to its place from the top: cheap where only the upper ones are read.
template <typename V>
FW_SORTING void sort_values(Five<V>& v) {
  sort_first_four(v);
  sort_pair(v.d, v.e);
  sort_pair(v.c, v.d);
  sort_pair(v.b, v.c);
  sort_pair(v.a, v.b);
}

/// As sort_values, but the fifth rises from the bottom: cheap where only the lower ones are read.
template <typename V>
FW_SORTING void sort_values_from_below(Five<V>& v) {
  sort_first_four(v);
  V rising = v.e;
  sort_pair(v.a, rising);
  sort_pair(v.b, rising);
  sort_pair(v.c, rising);
  sort_pair(v.d, rising);
  v.e = rising;
}

/// Middle of seven: take away the least and the greatest of five, then of four, and three are left.
template <typename V>
FW_SORTING V middle_of_seven(V a, V b, V c, V d, V e, V f, V g) {
  sort_pair(a, b);
  sort_pair(c, d);
  sort_pair(a, c);
  sort_pair(b, d);
  sort_pair(a, e);
  sort_pair(e, d);
  sort_pair(b, c);
  sort_pair(e, f);
  sort_pair(b, e);
  sort_pair(c, f);
  return middle_of_three(c, e, g);
}

/// Of a square whose columns are sorted, and which comes rank by rank. The middle of nine is the middle of:
/// the greatest of the least, the middle of the middles, the least of the greatest.
template <typename V>
FW_SORTING V middle_of_ranks(const Three<V>& low, const Three<V>& middle, const Three<V>& high) {
  return middle_of_three(Max(low.a, Max(low.b, low.c)), middle_of_three(middle.a, middle.b, middle.c),
                         Min(high.a, Min(high.b, high.c)));
}

/// Once columns and then ranks are sorted, value j of rank k (from 1) has j * k - 1 others that are not
/// greater and (6 - j) * (6 - k) - 1 that are not less. That leaves 13 around the diagonal; of the four
/// below the diagonal only the greatest, and of the four above it only the least, has few enough.
template <typename V>
FW_SORTING V middle_of_ranks(Five<V> least, Five<V> low, Five<V> middle, Five<V> high, Five<V> greatest) {
  sort_values(least);
  sort_values(low);
  sort_values(middle);
  sort_values_from_below(high);
  sort_values_from_below(greatest);
  const V below = Max(Max(least.d, low.c), Max(middle.b, high.a));
  const V above = Min(Min(low.e, middle.d), Min(high.c, greatest.b));
  return middle_of_seven(least.e, low.d, middle.c, high.b, greatest.a, below, above);
}

#undef FW_SORTING
#ifdef HWY_NAMESPACE
}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#else
}  // namespace framewright::kernels
#endif

#endif  // once for each target
