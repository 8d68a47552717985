// The two passes of a GaussianKernel, strip by strip, for every filter that needs a blurred picture. Read
// once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#endif

#include <hwy/cache_control.h>

#include "kernels/gaussian_strip.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Weights of one pass, a vector of each.
class PassWeights {
 public:
  explicit PassWeights(const GaussianKernel& kernel)
      : taps(kernel.taps), around(hn::Set(WideTag(), kernel.around)) {
    for (int i = 0; i < taps; ++i) {
      side[i] = hn::Set(WideTag(), kernel.side[static_cast<std::size_t>(i)]);
    }
  }

  int taps;
  Wide around;
  Wide side[kGaussianMaxTaps];
};

/// Vectors that are weighed together, so that a weight and a pointer are read once for all of them.
inline constexpr std::size_t kTogether = 4;
static_assert(kTogether * HWY_MAX_BYTES / sizeof(std::int16_t) <= kGaussianSpareElements);

inline std::size_t together_elements() { return kTogether * hn::Lanes(WideTag()); }

/// As weigh_neighbours() of pixel_math.hpp. `at[n]` points to the values n taps away.
HWY_INLINE void weigh(const PassWeights& weights, const std::int16_t* const* at, std::size_t i,
                      Wide (&sums)[kTogether]) {
  const WideTag d16;
  const std::size_t lanes = hn::Lanes(d16);
  for_each_constant<kTogether>([&](auto n) HWY_ATTR {
    const Wide centre = hn::LoadU(d16, at[0] + i + n * lanes);
    sums[n] = hn::Sub(centre, hn::MulFixedPoint15(centre, weights.around));
  });
  for (int tap = 1; tap <= weights.taps; ++tap) {
    const std::int16_t* before = at[-tap] + i;
    const std::int16_t* after = at[tap] + i;
    const Wide side = weights.side[tap - 1];
    for_each_constant<kTogether>([&](auto n) HWY_ATTR {
      const Wide both = hn::Add(hn::LoadU(d16, before + n * lanes), hn::LoadU(d16, after + n * lanes));
      sums[n] = hn::Add(sums[n], hn::MulFixedPoint15(both, side));
    });
  }
}

/// out[i] = smooth_three(a[i], b[i], c[i]) in whole vectors; `out` may be `a`.
HWY_INLINE void smooth_rows(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
                            std::size_t count, std::int16_t* out) {
  const WideTag d16;
  const hn::RebindToUnsigned<WideTag> du16;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d16)) {
    const auto load = [&](const std::int16_t* from)
                          HWY_ATTR { return hn::BitCast(du16, hn::LoadU(d16, from + i)); };
    const auto middle = load(b);
    const auto sum = hn::Add(hn::Add(load(a), load(c)), hn::Add(middle, middle));
    const auto mean = hn::ShiftRight<2>(hn::Add(sum, hn::Set(du16, 2)));
    hn::StoreU(hn::BitCast(d16, mean), d16, out + i);
  }
}

/// Writes pixels [first_px, first_px + count_px) of a row, which may be any distance outside, with kPassBits
/// fractional bits.
HWY_INLINE void widen_pixels(const std::uint8_t* row, const GaussianStrip& strip, int width_px, Border border,
                             std::int16_t* wide) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  const int first = strip.first_px - strip.reach_px;
  const int end = strip.first_px + strip.width_px + strip.reach_px;
  const auto copy_pixels = [&](int from, int to) {
    for (int x = from; x < to; ++x) {
      const std::uint8_t* pixel = row + border_index(x, width_px, border) * strip.channels;
      std::int16_t* values = wide + (x - first) * strip.channels;
      for (int c = 0; c < strip.channels; ++c) values[c] = static_cast<std::int16_t>(pixel[c] << kPassBits);
    }
  };
  const int inside = std::max(first, 0);
  const int inside_end = std::min(end, width_px);
  const std::uint8_t* pixels = row + inside * strip.channels;
  std::int16_t* values = wide + (inside - first) * strip.channels;
  const auto count = static_cast<std::size_t>((inside_end - inside) * strip.channels);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::ShiftLeft<kPassBits>(hn::PromoteTo(d16, hn::LoadU(d8, pixels + i))), d16, values + i);
  }
  for (; i < count; ++i) values[i] = static_cast<std::int16_t>(pixels[i] << kPassBits);
  copy_pixels(first, inside);
  copy_pixels(inside_end, end);
}

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
              strip.padded_elements(), kernel.taps * kernel.spacing_px) {}

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

/// Stores finish(value, blurred) for a group of vectors; `blurred` has kPassBits fractional bits.
template <class Finish>
HWY_INLINE void store_group(const Wide (&blurred)[kTogether], const std::uint8_t* in, std::uint8_t* out,
                            Finish finish) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  for_each_constant<kTogether>([&](auto n) HWY_ATTR {
    const Wide value = hn::PromoteTo(d16, hn::LoadU(d8, in + n * lanes));
    hn::StoreU(hn::DemoteTo(d8, finish(value, blurred[n])), d8, out + n * lanes);
  });
}

template <class Finish>
HWY_INLINE void blur_strip(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                           const ImageView& out, const GaussianStrip& strip, std::byte* scratch,
                           Finish finish) {
  const StripRows rows(in, kernel, border, strip, scratch);
  const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(strip.first_px) * strip.channels;
  const std::size_t count = strip.elements();
  for (int below = -strip.reach_px; below < in.height_px + strip.reach_px; ++below) {
    rows.add(below);
    const int y = below - strip.reach_px;
    if (y < 0) continue;
    const std::uint8_t* from = in.row(y) + first;
    std::uint8_t* to = out.row(y) + first;
    rows.blur_down(y, [&](const Wide(&sums)[kTogether], std::size_t i) HWY_ATTR {
      if (i + together_elements() <= count) return store_group(sums, from + i, to + i, finish);
      std::uint8_t last[2][kTogether * HWY_MAX_BYTES / sizeof(std::int16_t)] = {};
      std::memcpy(last[0], from + i, count - i);
      store_group(sums, last[0], last[1], finish);
      std::memcpy(to + i, last[1], count - i);
    });
    copy_alpha(from, strip.width_px, strip.channels, to);
  }
}

/// Sets every colour value to finish(value, blurred) brought to 0..255; alpha is copied. Works in strips of
/// columns, because all rows that a column needs then stay in the nearest cache.
template <class Finish>
HWY_INLINE void blur_strips(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                            const ImageView& out, std::byte* scratch, Finish finish) {
  GaussianStrip strip = gaussian_strip(in.width_px, in.channels, kernel);
  for (; strip.first_px < in.width_px; strip.first_px += strip.width_px) {
    strip.width_px = std::min(strip.width_px, in.width_px - strip.first_px);
    blur_strip(in, kernel, border, out, strip, scratch, finish);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
