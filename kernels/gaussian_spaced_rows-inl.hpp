// The two passes of a GaussianKernel whose taps stand 2 or 4 pixels apart, over one strip. Read once for each
// SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#endif

#include "kernels/byte_halves-inl.hpp"
#include "kernels/gaussian_weights-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Blurs one strip along its rows and keeps as many of them as blurring down needs.
class SpacedRows {
 public:
  static constexpr int kRowsAtOnce = 1;

  SpacedRows(const ConstImageView& in, const GaussianKernel& kernel, Border border,
             const GaussianStrip& strip, std::byte* scratch)
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
    widen_pixels(in_.row(border_index(y, in_.height_px, border_)), strip_, in_.width_px, border_, wide_);
    const std::size_t all = strip_.wide_elements();
    smooth_along(1, all);
    if (kernel_.spacing_px == 4) smooth_along(2, all);
    blur_along(raw_.row(y));
    const RowRing& ring = kernel_.spacing_px == 4 ? once_ : rows_;
    smooth_rows(raw_.row(y - 2), raw_.row(y - 1), raw_.row(y), strip_.elements(), ring.row(y - 1));
    if (kernel_.spacing_px == 2) return;
    smooth_rows(once_.row(y - 5), once_.row(y - 3), once_.row(y - 1), strip_.elements(), rows_.row(y - 3));
  }

  /// Calls finish(sums, i) for Halves after Halves of row `y`.
  template <class Finish>
  HWY_INLINE void blur_down(int y, Finish finish) const {
    const std::int16_t* rows[2 * kGaussianMaxTaps + 1];
    const std::int16_t** middle = rows + kernel_.taps;
    rows_.find_rows(y - kernel_.taps * kernel_.spacing_px, kernel_.spacing_px, 2 * kernel_.taps + 1, rows);
    for (std::size_t i = 0; i < strip_.elements(); i += together_elements()) {
      Wide sums[kTogether];
      weigh(weights_, middle, i, sums);
      for_each_constant<kTogether / 2>([&](auto n) HWY_ATTR {
        const std::size_t first = i + n * halves_elements();
        if (first >= strip_.elements()) return;
        const Halves row[kRowsAtOnce] = {in_halves(sums[2 * n], sums[2 * n + 1])};
        finish(row, first);
      });
    }
  }

 private:
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
  const PassWeights<0> weights_;
  // Working rows in scratch.
  std::int16_t* wide_;
  RowRing raw_;   ///< blurred along
  RowRing once_;  ///< smoothed down once, where that is done twice
  RowRing rows_;  ///< ready to be blurred down
};

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
