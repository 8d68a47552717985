// The two passes of a GaussianKernel, strip by strip, for every filter that needs a blurred picture. Read
// once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#endif

#include <hwy/cache_control.h>

#include "kernels/gaussian_weights-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Blurs one strip along its rows and keeps as many of them as blurring down needs.
class StripRows {
 public:
  StripRows(const ConstImageView& in, const GaussianKernel& kernel, Border border, const GaussianStrip& strip,
            std::byte* scratch)
      : in_(in),
        kernel_(kernel),
        border_(border),
        strip_(strip),
        weights_(kernel),
        wide_(reinterpret_cast<std::int16_t*>(scratch)),
        raw_(scratch + strip.wide_bytes(), strip.padded_elements(), 1),
        once_(scratch + strip.wide_bytes() + strip.ring_bytes(1), strip.padded_elements(), 2),
        rows_(scratch + strip.wide_bytes() + strip.ring_bytes(1) + strip.ring_bytes(2),
              strip.padded_elements(), kernel.taps * kernel.spacing_px + 1) {}

  /// Takes in row `y`, which may lie outside the picture; rows come from top to bottom.
  HWY_INLINE void add(int y) const {
    prefetch(y + 1);
    widen_pixels(in_.row(border_index(y, in_.height_px, border_)), strip_, in_.width_px, border_, wide_);
    if (kernel_.spacing_px == 1) return blur_along(rows_.row(y));
    const std::size_t all = strip_.wide_elements();
    smooth_along(1, all);
    if (kernel_.spacing_px == 4) smooth_along(2, all);
    blur_along(raw_.row(y));
    const RowRing& ring = kernel_.spacing_px == 4 ? once_ : rows_;
    smooth_rows(raw_.row(y - 2), raw_.row(y - 1), raw_.row(y), strip_.elements(), ring.row(y - 1));
    if (kernel_.spacing_px == 2) return;
    smooth_rows(once_.row(y - 5), once_.row(y - 3), once_.row(y - 1), strip_.elements(), rows_.row(y - 3));
  }

  /// Calls finish(upper, lower, i) for every group of vectors of rows `y` and y + 1, of taps that stand
  /// together.
  template <class Finish>
  HWY_INLINE void blur_pair_down(int y, Finish finish) const {
    const std::int16_t* rows[2 * kGaussianMaxTaps + 2];
    rows_.find_rows(y - kernel_.taps, 1, 2 * kernel_.taps + 2, rows);
    for (std::size_t i = 0; i < strip_.elements(); i += kTogetherInPairs * hn::Lanes(WideTag())) {
      Wide upper[kTogetherInPairs];
      Wide lower[kTogetherInPairs];
      weigh_pair(weights_, rows + kernel_.taps, i, upper, lower);
      finish(upper, lower, i);
    }
  }

  /// Calls finish(sums, i) for every group of vectors of row `y`.
  template <class Finish>
  HWY_INLINE void blur_down(int y, Finish finish) const {
    const std::int16_t* rows[2 * kGaussianMaxTaps + 1];
    const std::int16_t** middle = rows + kernel_.taps;
    rows_.find_rows(y - kernel_.taps * kernel_.spacing_px, kernel_.spacing_px, 2 * kernel_.taps + 1, rows);
    for (std::size_t i = 0; i < strip_.elements(); i += together_elements()) {
      Wide sums[kTogether];
      weigh(weights_, middle, i, sums);
      finish(sums, i);
    }
  }

 private:
  /// Rows of a strip lie too far apart for the processor to see what comes next.
  HWY_INLINE void prefetch(int y) const {
    constexpr std::size_t kLineBytes = 64;
    const std::uint8_t* row = in_.row(border_index(y, in_.height_px, border_));
    row += static_cast<std::ptrdiff_t>(strip_.first_px) * strip_.channels;
    for (std::size_t i = 0; i < strip_.elements(); i += kLineBytes) hwy::Prefetch(row + i);
  }

  /// Smooths the widened row in place: what stood at a pixel stands `distance` pixels further left then.
  HWY_INLINE void smooth_along(int distance, std::size_t count) const {
    const std::int16_t* b = wide_ + distance * strip_.channels;
    smooth_rows(wide_, b, b + distance * strip_.channels, count, wide_);
  }

  HWY_INLINE void blur_along(std::int16_t* out) const {
    const WideTag d16;
    const std::int16_t* taps[2 * kGaussianMaxTaps + 1];
    const std::int16_t** middle = taps + kernel_.taps;
    const int pixels = kernel_.taps * kernel_.spacing_px;
    for (int tap = -kernel_.taps; tap <= kernel_.taps; ++tap) {
      middle[tap] = wide_ + (pixels + tap * kernel_.spacing_px) * strip_.channels;
    }
    for (std::size_t i = 0; i < strip_.elements(); i += together_elements()) {
      Wide sums[kTogether];
      weigh(weights_, middle, i, sums);
      for_each_constant<kTogether>([&](auto n)
                                       HWY_ATTR { hn::StoreU(sums[n], d16, out + i + n * hn::Lanes(d16)); });
    }
  }

  // Given.
  const ConstImageView& in_;
  const GaussianKernel& kernel_;
  const Border border_;
  const GaussianStrip strip_;
  const PassWeights weights_;
  // Working rows in scratch.
  std::int16_t* wide_;
  RowRing raw_;   ///< blurred along
  RowRing once_;  ///< smoothed down once, where that is done twice
  RowRing rows_;  ///< ready to be blurred down
};

/// Rounds a blurred value to a whole number: multiplied by 512 in fifteen bits, that is a shift by kPassBits.
HWY_INLINE Wide round_values(Wide blurred) {
  static_assert(kPassBits == 6);
  return hn::MulFixedPoint15(blurred, hn::Set(WideTag(), 512));
}

/// Stores finish(value, blurred) for a group of vectors that begins `left` bytes before the end of the strip;
/// `blurred` has kPassBits fractional bits.
template <std::size_t kVectors, class Finish>
HWY_INLINE void store_group(const Wide (&blurred)[kVectors], const std::uint8_t* in, std::uint8_t* out,
                            std::size_t left, Finish finish) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  const auto store = [&](const std::uint8_t* from, std::uint8_t* to) HWY_ATTR {
    for_each_constant<kVectors>([&](auto n) HWY_ATTR {
      const Wide value = hn::PromoteTo(d16, hn::LoadU(d8, from + n * lanes));
      hn::StoreU(hn::DemoteTo(d8, finish(value, blurred[n])), d8, to + n * lanes);
    });
  };
  if (kVectors * lanes <= left) return store(in, out);
  std::uint8_t last[2][kVectors * HWY_MAX_BYTES / sizeof(std::int16_t)] = {};
  std::memcpy(last[0], in, left);
  store(last[0], last[1]);
  std::memcpy(out, last[1], left);
}

/// One strip of a picture that is blurred.
struct BlurredStrip {
  const ConstImageView& in;
  const OutputRows& out;
  const GaussianStrip& strip;

  std::ptrdiff_t first() const { return static_cast<std::ptrdiff_t>(strip.first_px) * strip.channels; }
  const std::uint8_t* from(int y) const { return in.row(y) + first(); }
  std::uint8_t* to(int y) const { return out.picture.row(y) + first(); }
};

template <class Finish>
HWY_INLINE void finish_row(const StripRows& rows, const BlurredStrip& blurred, int y, Finish finish) {
  const std::uint8_t* from = blurred.from(y);
  std::uint8_t* to = blurred.to(y);
  const std::size_t count = blurred.strip.elements();
  rows.blur_down(y, [&](const Wide(&sums)[kTogether], std::size_t i)
                        HWY_ATTR { store_group(sums, from + i, to + i, count - i, finish); });
  copy_alpha(from, blurred.strip.width_px, blurred.strip.channels, to);
}

template <class Finish>
HWY_INLINE void finish_pair(const StripRows& rows, const BlurredStrip& blurred, int y, Finish finish) {
  const std::uint8_t* from[2] = {blurred.from(y), blurred.from(y + 1)};
  std::uint8_t* to[2] = {blurred.to(y), blurred.to(y + 1)};
  const std::size_t count = blurred.strip.elements();
  rows.blur_pair_down(y, [&](const Wide(&upper)[kTogetherInPairs], const Wide(&lower)[kTogetherInPairs],
                             std::size_t i) HWY_ATTR {
    store_group(upper, from[0] + i, to[0] + i, count - i, finish);
    store_group(lower, from[1] + i, to[1] + i, count - i, finish);
  });
  for (int row = 0; row < 2; ++row) {
    copy_alpha(from[row], blurred.strip.width_px, blurred.strip.channels, to[row]);
  }
}

template <class Finish>
HWY_INLINE void blur_strip(const StripRows& rows, const BlurredStrip& blurred, bool in_pairs, Finish finish) {
  const int reach = blurred.strip.reach_px;
  int below = blurred.out.first - reach;
  for (int y = blurred.out.first; y < blurred.out.end;) {
    const bool is_pair = in_pairs && y + 1 < blurred.out.end;
    const int end = y + (is_pair ? 2 : 1);
    for (; below < end + reach; ++below) rows.add(below);
    if (is_pair) {
      finish_pair(rows, blurred, y, finish);
    } else {
      finish_row(rows, blurred, y, finish);
    }
    y = end;
  }
}

/// Sets every colour value to finish(value, blurred) brought to 0..255; alpha is copied. Works in strips of
/// columns, because all rows that a column needs then stay in the nearest cache.
template <class Finish>
HWY_INLINE void blur_strips(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                            const OutputRows& out, std::byte* scratch, Finish finish) {
  GaussianStrip strip = gaussian_strip(in.width_px, in.channels, kernel);
  for (; strip.first_px < in.width_px; strip.first_px += strip.width_px) {
    strip.width_px = std::min(strip.width_px, in.width_px - strip.first_px);
    const StripRows rows(in, kernel, border, strip, scratch);
    blur_strip(rows, {in, out, strip}, kernel.spacing_px == 1, finish);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
