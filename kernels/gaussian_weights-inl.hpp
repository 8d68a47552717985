// How vectors of values are weighed by a GaussianKernel, and what they are made of. Read once for each SIMD
// target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
#endif

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
      : taps_(kernel.taps), around_(hn::Set(WideTag(), kernel.around)) {
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

/// Vectors that are weighed together, so that a weight and a pointer are read once for all of them.
inline constexpr std::size_t kTogether = 4;
static_assert(kTogether * HWY_MAX_BYTES / sizeof(std::int16_t) <= kGaussianSpareElements);

inline std::size_t together_elements() { return kTogether * hn::Lanes(WideTag()); }

/// `at[n]` points to the values n taps away.
HWY_INLINE void weigh(const PassWeights<0>& weights, const std::int16_t* const* at, std::size_t i,
                      Wide (&sums)[kTogether]) {
  const WideTag d16;
  const std::size_t lanes = hn::Lanes(d16);
  for_each_constant<kTogether>(
      [&](auto n) HWY_ATTR { sums[n] = weights.centre(hn::LoadU(d16, at[0] + i + n * lanes)); });
  for (int tap = 1; tap <= weights.taps(); ++tap) {
    const std::int16_t* before = at[-tap] + i;
    const std::int16_t* after = at[tap] + i;
    for_each_constant<kTogether>([&](auto n) HWY_ATTR {
      const Wide both = hn::Add(hn::LoadU(d16, before + n * lanes), hn::LoadU(d16, after + n * lanes));
      sums[n] = hn::Add(sums[n], weights.side(tap, both));
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

/// Sets what lies outside the picture, which may be any distance, shifted left by `shift`.
template <typename T>
HWY_INLINE void copy_outside(const std::uint8_t* row, const GaussianStrip& strip, int width_px, Border border,
                             int shift, T* values) {
  const int first = strip.first_px - strip.reach_px;
  const InsidePixels inside = inside_pixels(strip, width_px);
  const auto copy = [&](int from, int to) {
    for (int x = from; x < to; ++x) {
      const std::uint8_t* pixel = row + border_index(x, width_px, border) * strip.channels;
      T* out = values + (x - first) * strip.channels;
      for (int c = 0; c < strip.channels; ++c) out[c] = static_cast<T>(pixel[c] << shift);
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
  copy_outside(row, strip, width_px, border, 0, bytes);
}

/// As above with kPassBits fractional bits.
HWY_INLINE void widen_pixels(const std::uint8_t* row, const GaussianStrip& strip, int width_px, Border border,
                             std::int16_t* wide) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const int lanes = static_cast<int>(hn::Lanes(d16));
  const InsidePixels inside = inside_pixels(strip, width_px);
  const std::uint8_t* pixels = row + inside.first_px * strip.channels;
  std::int16_t* values = wide + inside.offset_px * strip.channels;
  const int count = (inside.end_px - inside.first_px) * strip.channels;
  int i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::ShiftLeft<kPassBits>(hn::PromoteTo(d16, hn::LoadU(d8, pixels + i))), d16, values + i);
  }
  for (; i < count; ++i) values[i] = static_cast<std::int16_t>(pixels[i] << kPassBits);
  copy_outside(row, strip, width_px, border, kPassBits, wide);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
