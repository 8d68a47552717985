// Extrema over squares, ellipses and crosses of 3 and 5 pixels: two rows at a time, down the columns and
// along the rows in registers. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_SMALL_ELEMENTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_SMALL_ELEMENTS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_SMALL_ELEMENTS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_SMALL_ELEMENTS_INL_HPP
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

/// The rows under the elements of two neighbouring rows, one more than an element has.
struct RowsUnderTwo {
  const std::uint8_t* rows[kSmallElementPx + 1];
  const std::uint8_t* ahead[2];  ///< rows that are wanted next
};

/// Extrema of columns of kCount rows: of those from kFirst on, and of those from the next on.
template <class Choose, int kFirst, int kCount>
struct DownColumns {
  HWY_INLINE DownColumns(const RowsUnderTwo& under, std::ptrdiff_t i) {
    const StepTag d;
    const Choose choose_of;
    upper = hn::LoadU(d, under.rows[kFirst] + i);
    lower = hn::LoadU(d, under.rows[kFirst + kCount] + i);
    if constexpr (kCount > 1) {
      Step both = hn::LoadU(d, under.rows[kFirst + 1] + i);
      for (int j = 2; j < kCount; ++j) both = choose_of(both, hn::LoadU(d, under.rows[kFirst + j] + i));
      upper = choose_of(upper, both);
      lower = choose_of(lower, both);
    }
  }

  Step upper;
  Step lower;
};

/// An element of kSize pixels whose rows up to kWideRadius from the middle one are as wide as that; of the
/// others only the middle pixel counts.
template <int kSize, int kWideRadius>
struct SmallElement {
  static constexpr int kPixels = kSize;
  static constexpr int kRadius = kSize / 2;
  static constexpr bool kIsSquare = kWideRadius == kRadius;

  template <class Choose>
  using WideRows = DownColumns<Choose, kRadius - kWideRadius, 2 * kWideRadius + 1>;
  template <class Choose>
  using AllRows = DownColumns<Choose, 0, kSize>;
};

/// Sets `count` bytes, a multiple of two steps, of both rows. Rows are read from half an element before the
/// first to two steps behind the last.
template <class Choose, class Element, int kPixelBytes>
HWY_INLINE void extrema_of_bytes(const RowsUnderTwo& under, std::size_t count, std::uint8_t* upper,
                                 std::uint8_t* lower) {
  using Down = typename Element::template WideRows<Choose>;
  using Along = AlongRow<Choose, Element::kPixels, kPixelBytes>;
  const StepTag d;
  const Choose choose_of;
  constexpr auto kStep = static_cast<std::ptrdiff_t>(hn::MaxLanes(StepTag()));
  constexpr std::ptrdiff_t kReach = Element::kRadius * kPixelBytes;
  constexpr std::ptrdiff_t kAhead = 512;  ///< bytes; 1024 make no difference
  const Down first(under, -kReach);
  const Down second(under, kStep - kReach);
  Along along_upper(first.upper, second.upper);
  Along along_lower(first.lower, second.lower);
  const std::uint8_t* const outs[2] = {upper, lower};
  const auto end = static_cast<std::ptrdiff_t>(count);
  for (std::ptrdiff_t i = 0; i < end;) {
    for (std::size_t row = 0; row < 2; ++row) {
      // Rows lie too far apart for the processor to see what comes next. In the first cache they would take
      // the place of those that are read now.
      __builtin_prefetch(under.ahead[row] + i, 0, 2);
      hwy::Prefetch(outs[row] + i + kAhead);
      const Down third(under, i + 2 * kStep - kReach);
      Step above = along_upper(third.upper);
      Step below = along_lower(third.lower);
      if constexpr (!Element::kIsSquare) {
        const typename Element::template AllRows<Choose> all(under, i);
        above = choose_of(above, all.upper);
        below = choose_of(below, all.lower);
      }
      hn::StoreU(above, d, upper + i);
      hn::StoreU(below, d, lower + i);
      i += kStep;
    }
  }
}

/// Sets bytes [begin, end) of both rows, at most kMost of them, from copies of the rows that go on outside
/// with bytes that change nothing.
template <class Choose, class Element, int kPixelBytes>
void extrema_at_edge(const RowsUnderTwo& under, std::size_t row_bytes, std::size_t begin, std::size_t end,
                     std::uint8_t* upper, std::uint8_t* lower) {
  constexpr std::size_t kStep = hn::MaxLanes(StepTag());
  constexpr std::size_t kMost = 6 * kStep;
  constexpr std::size_t kReach = Element::kRadius * kPixelBytes;
  std::uint8_t copies[Element::kPixels + 1][kReach + kMost + 2 * kStep];
  std::uint8_t out[2][kMost];
  RowsUnderTwo inside{};
  const std::size_t before = std::min(begin, kReach);
  const std::size_t bytes = std::min(end + kReach, row_bytes) - (begin - before);
  for (int j = 0; j <= Element::kPixels; ++j) {
    std::memset(copies[j], Choose::kNeutral, sizeof copies[j]);
    std::memcpy(copies[j] + kReach - before, under.rows[j] + begin - before, bytes);
    inside.rows[j] = copies[j] + kReach;
  }
  for (const std::uint8_t*& ahead : inside.ahead) ahead = inside.rows[0];
  const std::size_t count = end - begin;
  extrema_of_bytes<Choose, Element, kPixelBytes>(inside, (count + 2 * kStep - 1) / (2 * kStep) * (2 * kStep),
                                                 out[0], out[1]);
  std::memcpy(upper + begin, out[0], count);
  std::memcpy(lower + begin, out[1], count);
}

inline std::size_t bytes_to_alignment(const std::uint8_t* at, std::size_t alignment) {
  return (alignment - reinterpret_cast<std::uintptr_t>(at) % alignment) % alignment;
}

/// Sets two rows to the extrema of the elements around their pixels. The part of an element that is outside
/// does not count.
template <class Choose, class Element, int kPixelBytes>
void extrema_of_two_rows(const RowsUnderTwo& under, std::size_t row_bytes, std::uint8_t* upper,
                         std::uint8_t* lower) {
  constexpr std::size_t kStep = hn::MaxLanes(StepTag());
  constexpr std::size_t kReach = Element::kRadius * kPixelBytes;
  const auto at_edge = [&](std::size_t begin, std::size_t end) HWY_ATTR {
    extrema_at_edge<Choose, Element, kPixelBytes>(under, row_bytes, begin, end, upper, lower);
  };
  if (row_bytes <= 6 * kStep) return at_edge(0, row_bytes);
  // No step is to be stored across two cache lines, which some processors take long over.
  const std::size_t begin = kReach + bytes_to_alignment(upper + kReach, kStep);
  const std::size_t inside = (row_bytes - begin + kReach - 2 * kStep) / (2 * kStep) * (2 * kStep);
  RowsUnderTwo from_begin = under;
  for (int j = 0; j <= Element::kPixels; ++j) from_begin.rows[j] += begin;
  at_edge(0, begin);
  extrema_of_bytes<Choose, Element, kPixelBytes>(from_begin, inside, upper + begin, lower + begin);
  at_edge(begin + inside, row_bytes);
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_SMALL_ELEMENTS_INL_HPP
