// The two passes of a GaussianKernel whose taps stand together, over one strip. Read once for each SIMD
// target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_CLOSE_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_CLOSE_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_CLOSE_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_CLOSE_ROWS_INL_HPP
#endif

#include "kernels/byte_halves-inl.hpp"
#include "kernels/gaussian_weights-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Blurs one strip along its rows, straight from bytes, and keeps as many of them as blurring down needs,
/// each as Halves after Halves. Rows are blurred down two at a time. kTaps 0 stands for a number known only
/// at run time.
template <int kTaps>
class CloseRows {
 public:
  static constexpr int kRowsAtOnce = 2;

  CloseRows(const ConstImageView& in, const GaussianKernel& kernel, Border border, const GaussianStrip& strip,
            std::byte* scratch)
      : in_(in),
        kernel_(kernel),
        border_(border),
        strip_(strip),
        bytes_(reinterpret_cast<std::uint8_t*>(scratch)),
        rows_(scratch + strip.wide_bytes(), strip.padded_elements(), kernel.taps + 1) {}

  /// Takes in row `y`, which may lie outside the picture; rows come from top to bottom.
  HWY_INLINE void add(int y) const {
    copy_pixels(in_.row(border_index(y, in_.height_px, border_)), strip_, in_.width_px, border_, bytes_);
    const PassWeights<kTaps> weights(kernel_);
    std::int16_t* const out = rows_.row(y);
    for (std::size_t i = 0; i < strip_.elements(); i += kAlong * halves_elements()) {
      const std::uint8_t* before = bytes_ + weights.taps() * strip_.channels + i;
      const std::uint8_t* after = before;
      Halves sums[kAlong];
      for_each_constant<kAlong>([&](auto n) HWY_ATTR {
        sums[n] = weigh_centre(weights, widened<kPassBits>(before + n * halves_elements()));
      });
      for (int tap = 1; tap <= weights.taps(); ++tap) {
        before -= strip_.channels;
        after += strip_.channels;
        for_each_constant<kAlong>([&](auto n) HWY_ATTR {
          const std::size_t at = n * halves_elements();
          add_side(weights, tap, sum_widened<kPassBits>(before + at, after + at), sums[n]);
        });
      }
      for_each_constant<kAlong>([&](auto n) HWY_ATTR { store(sums[n], out + i + n * halves_elements()); });
    }
  }

  /// Calls finish(sums, i) for Halves after Halves of rows `y` and y + 1. Both need what lies between their
  /// ends, so each value is read once for two sums.
  template <class Finish>
  HWY_INLINE void blur_down(int y, Finish finish) const {
    const PassWeights<kTaps> weights(kernel_);
    const std::int16_t* rows[2 * kGaussianMaxTaps + 2];
    rows_.find_rows(y - weights.taps(), 1, 2 * weights.taps() + 2, rows);
    const std::int16_t* const* const at = rows + weights.taps();
    for (std::size_t i = 0; i < strip_.elements(); i += halves_elements()) {
      Halves above = load(at[0] + i);
      Halves below = load(at[1] + i);
      Halves sums[kRowsAtOnce] = {weigh_centre(weights, above), weigh_centre(weights, below)};
      for (int tap = 1; tap <= weights.taps(); ++tap) {
        const Halves before = load(at[-tap] + i);
        const Halves after = load(at[tap + 1] + i);
        add_side(weights, tap, sum(before, below), sums[0]);
        add_side(weights, tap, sum(above, after), sums[1]);
        above = before;
        below = after;
      }
      finish(sums, i);
    }
  }

 private:
  /// Halves that are weighed along together, so that a weight is read once for all of them.
  static constexpr std::size_t kAlong = 2;
  static_assert(kAlong * HWY_MAX_BYTES <= kGaussianSpareElements);

  HWY_INLINE static Halves load(const std::int16_t* from) {
    return {hn::Load(WideTag(), from), hn::Load(WideTag(), from + hn::Lanes(WideTag()))};
  }
  HWY_INLINE static void store(const Halves& halves, std::int16_t* to) {
    hn::Store(halves.lower, WideTag(), to);
    hn::Store(halves.upper, WideTag(), to + hn::Lanes(WideTag()));
  }

  // Given.
  const ConstImageView& in_;
  const GaussianKernel& kernel_;
  const Border border_;
  const GaussianStrip strip_;
  // Working rows in scratch.
  std::uint8_t* bytes_;
  RowRing rows_;
};

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_CLOSE_ROWS_INL_HPP
