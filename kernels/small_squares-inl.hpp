// Extrema over squares of 3 and 5 pixels: two rows at a time, down the columns and along the rows in
// registers. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_SMALL_SQUARES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_SMALL_SQUARES_INL_HPP
#undef FRAMEWRIGHT_KERNELS_SMALL_SQUARES_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_SMALL_SQUARES_INL_HPP
#endif

#include <hwy/cache_control.h>

#include "kernels/extrema_rows-inl.hpp"
#include "kernels/morphology_layout.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

// Bytes are moved along within blocks of 16, of which no more than two are put together in one instruction.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
using StepTag = hn::CappedTag<std::uint8_t, 32>;
#else
using StepTag = hn::CappedTag<std::uint8_t, 16>;
#endif
using Step = hn::Vec<StepTag>;

/// The blocks that follow, one further, those of `now`; `next` are the bytes behind it.
HWY_INLINE Step following_blocks(Step now, Step next) {
  if constexpr (hn::MaxLanes(StepTag()) == 32) return hn::ConcatLowerUpper(StepTag(), next, now);
  return next;
}

/// The bytes that follow those of `now` by kBytes; `following` are its following_blocks().
template <int kBytes>
HWY_INLINE Step following_bytes(Step now, Step following) {
  if constexpr (kBytes == 16)
    return following;
  else
    return hn::CombineShiftRightBytes<kBytes>(StepTag(), following, now);
}

/// Extrema of kSize pixels of a row, from each of its bytes on. Takes in step after step.
template <class Choose, int kSize, int kPixelBytes>
class AlongRow {
  static_assert(kSize == 3 || kSize == 5);

 public:
  HWY_INLINE AlongRow(Step first, Step second) : now_(first), next_(second) {
    following_ = following_blocks(now_, next_);
    pairs_ = pairs(now_, following_);
  }

  /// Takes in the third step, and gives the extrema that begin in the first.
  HWY_INLINE Step operator()(Step third) {
    const Choose choose_of;
    const Step following = following_blocks(next_, third);
    const Step pairs_behind = pairs(next_, following);
    Step extrema = pairs_;
    if constexpr (kSize == 5) {
      const Step further = following_bytes<2 * kPixelBytes>(pairs_, following_blocks(pairs_, pairs_behind));
      extrema = choose_of(extrema, further);
    }
    extrema = choose_of(extrema, following_bytes<(kSize - 1) * kPixelBytes>(now_, following_));
    now_ = next_;
    next_ = third;
    following_ = following;
    pairs_ = pairs_behind;
    return extrema;
  }

 private:
  HWY_INLINE static Step pairs(Step now, Step following) {
    return Choose()(now, following_bytes<kPixelBytes>(now, following));
  }

  Step now_;
  Step next_;
  Step following_;
  Step pairs_;
};

/// The rows under the squares of two neighbouring rows, one more than a square has.
struct RowsUnderTwo {
  const std::uint8_t* rows[kSmallSquarePx + 1];
  const std::uint8_t* ahead[2];  ///< rows that are wanted next
};

template <class Choose, int kSize>
struct DownColumns {
  HWY_INLINE DownColumns(const RowsUnderTwo& under, std::ptrdiff_t i) {
    const StepTag d;
    const Choose choose_of;
    Step both = hn::LoadU(d, under.rows[1] + i);
    for (int j = 2; j < kSize; ++j) both = choose_of(both, hn::LoadU(d, under.rows[j] + i));
    upper = choose_of(both, hn::LoadU(d, under.rows[0] + i));
    lower = choose_of(both, hn::LoadU(d, under.rows[kSize] + i));
  }

  Step upper;
  Step lower;
};

/// Sets `count` bytes, a multiple of two steps, of both rows. Rows are read from half a square before the
/// first to two steps behind the last.
template <class Choose, int kSize, int kPixelBytes>
HWY_INLINE void extrema_of_squares(const RowsUnderTwo& under, std::size_t count, std::uint8_t* upper,
                                   std::uint8_t* lower) {
  using Down = DownColumns<Choose, kSize>;
  const StepTag d;
  constexpr auto kStep = static_cast<std::ptrdiff_t>(hn::MaxLanes(StepTag()));
  constexpr std::ptrdiff_t kReach = kSize / 2 * kPixelBytes;
  const Down first(under, -kReach);
  const Down second(under, kStep - kReach);
  AlongRow<Choose, kSize, kPixelBytes> along_upper(first.upper, second.upper);
  AlongRow<Choose, kSize, kPixelBytes> along_lower(first.lower, second.lower);
  const auto end = static_cast<std::ptrdiff_t>(count);
  for (std::ptrdiff_t i = 0; i < end;) {
    for (const std::uint8_t* ahead : under.ahead) {
      // Rows lie too far apart for the processor to see what comes next.
      hwy::Prefetch(ahead + i);
      const Down third(under, i + 2 * kStep - kReach);
      hn::StoreU(along_upper(third.upper), d, upper + i);
      hn::StoreU(along_lower(third.lower), d, lower + i);
      i += kStep;
    }
  }
}

/// Sets bytes [begin, end) of both rows, at most kMost of them, from copies of the rows that go on outside
/// with bytes that change nothing.
template <class Choose, int kSize, int kPixelBytes>
void extrema_at_edge(const RowsUnderTwo& under, std::size_t row_bytes, std::size_t begin, std::size_t end,
                     std::uint8_t* upper, std::uint8_t* lower) {
  constexpr std::size_t kStep = hn::MaxLanes(StepTag());
  constexpr std::size_t kMost = 6 * kStep;
  constexpr std::size_t kReach = kSize / 2 * kPixelBytes;
  std::uint8_t copies[kSize + 1][kReach + kMost + 2 * kStep];
  std::uint8_t out[2][kMost];
  RowsUnderTwo inside{};
  const std::size_t before = std::min(begin, kReach);
  const std::size_t bytes = std::min(end + kReach, row_bytes) - (begin - before);
  for (int j = 0; j <= kSize; ++j) {
    std::memset(copies[j], Choose::kNeutral, sizeof copies[j]);
    std::memcpy(copies[j] + kReach - before, under.rows[j] + begin - before, bytes);
    inside.rows[j] = copies[j] + kReach;
  }
  for (const std::uint8_t*& ahead : inside.ahead) ahead = inside.rows[0];
  const std::size_t count = end - begin;
  extrema_of_squares<Choose, kSize, kPixelBytes>(inside, (count + 2 * kStep - 1) / (2 * kStep) * (2 * kStep),
                                                 out[0], out[1]);
  std::memcpy(upper + begin, out[0], count);
  std::memcpy(lower + begin, out[1], count);
}

/// Sets two rows to the extrema of the squares around their pixels. The part of a square that is outside
/// does not count.
template <class Choose, int kSize, int kPixelBytes>
void extrema_of_two_rows(const RowsUnderTwo& under, std::size_t row_bytes, std::uint8_t* upper,
                         std::uint8_t* lower) {
  constexpr std::size_t kStep = hn::MaxLanes(StepTag());
  constexpr std::size_t kReach = kSize / 2 * kPixelBytes;
  const auto at_edge = [&](std::size_t begin, std::size_t end) HWY_ATTR {
    extrema_at_edge<Choose, kSize, kPixelBytes>(under, row_bytes, begin, end, upper, lower);
  };
  if (row_bytes <= 6 * kStep) return at_edge(0, row_bytes);
  const std::size_t begin = kReach;
  const std::size_t inside = (row_bytes - begin + kReach - 2 * kStep) / (2 * kStep) * (2 * kStep);
  RowsUnderTwo from_begin = under;
  for (int j = 0; j <= kSize; ++j) from_begin.rows[j] += begin;
  at_edge(0, begin);
  extrema_of_squares<Choose, kSize, kPixelBytes>(from_begin, inside, upper + begin, lower + begin);
  at_edge(begin + inside, row_bytes);
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_SMALL_SQUARES_INL_HPP
