// Middles of squares of three and of five by sorting networks, two rows of squares at a time. The same for
// vectors of bytes, read once for each SIMD target, and for what a device compares: both have Min and Max.
// What a network sorts and nobody reads, the compiler leaves out.
#if defined(FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#undef FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_MEDIAN_SORTING_INL_HPP
#endif

#include <cstddef>
#include <utility>

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

/// Numbered by constants alone: an array that a loop goes through may be left in memory.
template <typename V, std::size_t kCount>
struct Values {
  V of[kCount];
};

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

template <typename V>
FW_SORTING Values<V, 3> in_order(Values<V, 3> v) {
  sort_pair(v.of[0], v.of[1]);
  sort_pair(v.of[1], v.of[2]);
  sort_pair(v.of[0], v.of[1]);
  return v;
}

/// Four are sorted and the fifth sinks to its place.
template <typename V>
FW_SORTING Values<V, 5> in_order(Values<V, 5> v) {
  sort_pair(v.of[0], v.of[1]);
  sort_pair(v.of[2], v.of[3]);
  sort_pair(v.of[0], v.of[2]);
  sort_pair(v.of[1], v.of[3]);
  sort_pair(v.of[1], v.of[2]);
  sort_pair(v.of[3], v.of[4]);
  sort_pair(v.of[2], v.of[3]);
  sort_pair(v.of[1], v.of[2]);
  sort_pair(v.of[0], v.of[1]);
  return v;
}

template <std::size_t kFirst, typename V, std::size_t kCount, std::size_t... kIndex>
FW_SORTING Values<V, sizeof...(kIndex)> every_second(const Values<V, kCount>& v,
                                                     std::index_sequence<kIndex...>) {
  return {{v.of[kFirst + 2 * kIndex]...}};
}

template <typename V, std::size_t kOdd, std::size_t kEven, std::size_t... kIndex>
FW_SORTING Values<V, kOdd + kEven> join(const Values<V, kOdd>& odd, const Values<V, kEven>& even,
                                        std::index_sequence<kIndex...>) {
  Values<V, kOdd + kEven> all;
  all.of[0] = odd.of[0];
  ((all.of[2 * kIndex + 1] = Min(odd.of[kIndex + 1], even.of[kIndex]),
    all.of[2 * kIndex + 2] = Max(odd.of[kIndex + 1], even.of[kIndex])),
   ...);
  all.of[kOdd + kEven - 1] = kOdd > kEven ? odd.of[kOdd - 1] : even.of[kEven - 1];
  return all;
}

/// Both are in order, and so is what they make: Batcher's odd-even merge.
template <typename V, std::size_t kCount>
FW_SORTING Values<V, 2 * kCount> merge(const Values<V, kCount>& a, const Values<V, kCount>& b) {
  if constexpr (kCount == 1) {
    return {{Min(a.of[0], b.of[0]), Max(a.of[0], b.of[0])}};
  } else {
    const std::make_index_sequence<(kCount + 1) / 2> odd;
    const std::make_index_sequence<kCount / 2> even;
    return join(merge(every_second<0>(a, odd), every_second<0>(b, odd)),
                merge(every_second<1>(a, even), every_second<1>(b, even)),
                std::make_index_sequence<kCount - 1>());
  }
}

/// Middles of the squares around one row and the row below it, from the rows that those squares see, which
/// come one after the other from above: next_row() gives the values of the next one. Rows that both squares
/// see are compared once for both.
template <typename V, int kSide>
class TwoMiddles;

template <typename V>
class TwoMiddles<V, 3> {
 public:
  /// Takes the rows up to the one that step() makes first.
  template <typename NextRow>
  FW_SORTING explicit TwoMiddles(NextRow next_row)
      : above_(in_order(next_row())), here_(in_order(next_row())) {}

  /// Takes two rows more, and goes down by two.
  template <typename NextRow>
  FW_SORTING void step(NextRow next_row, V& upper, V& lower) {
    const Values<V, 3> below = in_order(next_row());
    const Values<V, 3> last = in_order(next_row());
    const V least = Max(here_.of[0], below.of[0]);
    const V greatest = Min(here_.of[2], below.of[2]);
    V low = here_.of[1];
    V high = below.of[1];
    sort_pair(low, high);
    // The middle of nine is the middle of: the greatest of the least, the middle of the middles, the least of
    // the greatest.
    const auto with = [&](const Values<V, 3>& row) {
      return middle_of_three(Max(least, row.of[0]), Max(low, Min(high, row.of[1])), Min(greatest, row.of[2]));
    };
    upper = with(above_);
    lower = with(last);
    above_ = below;
    here_ = last;
  }

 private:
  Values<V, 3> above_;
  Values<V, 3> here_;
};

/// 59 minima and maxima a value, beside those of the first rows: 18 to sort a row of five, 13 to merge two
/// rows, 18 to merge two of those and 10 for what the fifth row changes (after A. Adams, Fast Median Filters
/// using Separable Sorting Networks, 2021).
template <typename V>
class TwoMiddles<V, 5> {
 public:
  template <typename NextRow>
  FW_SORTING explicit TwoMiddles(NextRow next_row) {
    first_ = in_order(next_row());
    const Values<V, 5> second = in_order(next_row());
    third_ = in_order(next_row());
    upper_pair_ = merge(second, third_);
    fourth_ = in_order(next_row());
  }

  template <typename NextRow>
  FW_SORTING void step(NextRow next_row, V& upper, V& lower) {
    const Values<V, 5> fifth = in_order(next_row());
    const Values<V, 5> sixth = in_order(next_row());
    const Values<V, 10> lower_pair = merge(fourth_, fifth);
    const Values<V, 20> four_rows = merge(upper_pair_, lower_pair);
    upper = middle_with(four_rows, first_);
    lower = middle_with(four_rows, sixth);
    first_ = third_;
    upper_pair_ = lower_pair;
    third_ = fifth;
    fourth_ = sixth;
  }

 private:
  /// The 13th of 25: of what is in order, as many from one as leave the rest to the other.
  static FW_SORTING V middle_with(const Values<V, 20>& four_rows, const Values<V, 5>& row) {
    V middle = four_rows.of[12];
    middle = Min(middle, Max(four_rows.of[11], row.of[0]));
    middle = Min(middle, Max(four_rows.of[10], row.of[1]));
    middle = Min(middle, Max(four_rows.of[9], row.of[2]));
    middle = Min(middle, Max(four_rows.of[8], row.of[3]));
    return Min(middle, Max(four_rows.of[7], row.of[4]));
  }

  Values<V, 5> first_;  // of the six that step() sees
  Values<V, 5> third_;
  Values<V, 5> fourth_;
  Values<V, 10> upper_pair_;  // the second and the third
};

#undef FW_SORTING
#ifdef HWY_NAMESPACE
}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#else
}  // namespace framewright::kernels
#endif

#endif  // once for each target
