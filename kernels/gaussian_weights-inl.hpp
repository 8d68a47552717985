// How vectors of values are weighed by a GaussianKernel, and what they are made of. Read once for each SIMD
// target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#endif

#include <array>

#include "kernels/byte_halves-inl.hpp"
#include "kernels/gaussian_strip.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// What weigh_neighbours() of pixel_math.hpp adds up, for vectors. kTaps 0 stands for a number known only at
/// run time.
template <int kTaps>
class PassWeights {
 public:
  explicit HWY_INLINE PassWeights(const GaussianKernel& kernel)
      : taps_(kernel.weights()), around_(hn::Set(WideTag(), kernel.around)) {
    for (int tap = 0; tap < taps(); ++tap) {
      side_[tap] = hn::Set(WideTag(), kernel.side[static_cast<std::size_t>(tap)]);
    }
  }

  HWY_INLINE int taps() const { return kTaps != 0 ? kTaps : taps_; }

  HWY_INLINE Wide centre(Wide value) const { return hn::Sub(value, hn::MulFixedPoint15(value, around_)); }

  /// The sum of the values `tap` taps away on either side; those next to the centre are 1 away.
  HWY_INLINE Wide side(int tap, Wide both) const { return hn::MulFixedPoint15(both, side_[tap - 1]); }

 private:
  int taps_;
  Wide around_;
  Wide side_[kTaps != 0 ? kTaps : kGaussianMaxTaps];
};

HWY_INLINE Halves sum(const Halves& a, const Halves& b) {
  return {hn::Add(a.lower, b.lower), hn::Add(a.upper, b.upper)};
}

template <int kTaps>
HWY_INLINE Halves weigh_centre(const PassWeights<kTaps>& weights, const Halves& values) {
  return {weights.centre(values.lower), weights.centre(values.upper)};
}

template <int kTaps>
HWY_INLINE void add_side(const PassWeights<kTaps>& weights, int tap, const Halves& both, Halves& sums) {
  sums = sum(sums, {weights.side(tap, both.lower), weights.side(tap, both.upper)});
}

/// Rows of values that are smoothed together, in order.
template <std::size_t kCount>
using Smoothed = std::array<const std::int16_t*, kCount>;

/// out[i] = smooth_three() or smooth_five() of rows[0][i], rows[1][i] ... in whole vectors; `out` may be the
/// first of them.
template <std::size_t kCount>
HWY_INLINE void smooth_rows(const Smoothed<kCount>& rows, std::size_t count, std::int16_t* out) {
  static_assert(kCount == 3 || kCount == 5);
  const WideTag d16;
  const hn::RebindToUnsigned<WideTag> du16;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d16)) {
    const auto load = [&](std::size_t row)
                          HWY_ATTR { return hn::BitCast(du16, hn::LoadU(d16, rows[row] + i)); };
    const auto middle = load(kCount / 2);
    auto mean = hn::AverageRound(hn::AverageRound(load(0), load(kCount - 1)), middle);
    if constexpr (kCount == 5) {
      mean = hn::AverageRound(hn::AverageRound(mean, middle), hn::AverageRound(load(1), load(3)));
    }
    hn::StoreU(hn::BitCast(d16, mean), d16, out + i);
  }
}

/// The pixels of a strip and of its surroundings that lie inside the picture: in the row, and counted from
/// the first that the strip looks at.
struct InsidePixels {
  int first_px;
  int end_px;
  int offset_px;
};

HWY_INLINE InsidePixels inside_pixels(const GaussianStrip& strip, int width_px) {
  const int first = strip.first_px - strip.reach_px;
  const int end = strip.first_px + strip.width_px + strip.reach_px;
  return {std::max(first, 0), std::min(end, width_px), std::max(first, 0) - first};
}

/// Sets what lies outside the picture, which may be any distance.
HWY_INLINE void copy_outside(const std::uint8_t* row, const GaussianStrip& strip, int width_px, Border border,
                             std::uint8_t* bytes) {
  const int first = strip.first_px - strip.reach_px;
  const InsidePixels inside = inside_pixels(strip, width_px);
  const auto copy = [&](int from, int to) {
    for (int x = from; x < to; ++x) {
      const std::uint8_t* pixel = row + border_index(x, width_px, border) * strip.channels;
      std::uint8_t* out = bytes + (x - first) * strip.channels;
      for (int c = 0; c < strip.channels; ++c) out[c] = pixel[c];
    }
  };
  copy(first, inside.first_px);
  copy(inside.end_px, strip.first_px + strip.width_px + strip.reach_px);
}

/// Writes the pixels of a strip and of its surroundings.
HWY_INLINE void copy_pixels(const std::uint8_t* row, const GaussianStrip& strip, int width_px, Border border,
                            std::uint8_t* bytes) {
  const InsidePixels inside = inside_pixels(strip, width_px);
  std::memcpy(bytes + inside.offset_px * strip.channels, row + inside.first_px * strip.channels,
              static_cast<std::size_t>((inside.end_px - inside.first_px) * strip.channels));
  copy_outside(row, strip, width_px, border, bytes);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
