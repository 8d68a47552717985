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

/// As above for two neighbouring rows of taps that stand together: at[0] and at[1] are their centres, and
/// both need what lies between the ends, so that each value is read once for two sums.
inline constexpr std::size_t kTogetherInPairs = 2;

HWY_INLINE void weigh_pair(const PassWeights& weights, const std::int16_t* const* at, std::size_t i,
                           Wide (&upper)[kTogetherInPairs], Wide (&lower)[kTogetherInPairs]) {
  const WideTag d16;
  const std::size_t lanes = hn::Lanes(d16);
  Wide above[kTogetherInPairs];
  Wide below[kTogetherInPairs];
  for_each_constant<kTogetherInPairs>([&](auto n) HWY_ATTR {
    above[n] = hn::LoadU(d16, at[0] + i + n * lanes);
    below[n] = hn::LoadU(d16, at[1] + i + n * lanes);
    upper[n] = hn::Sub(above[n], hn::MulFixedPoint15(above[n], weights.around));
    lower[n] = hn::Sub(below[n], hn::MulFixedPoint15(below[n], weights.around));
  });
  for (int tap = 1; tap <= weights.taps; ++tap) {
    const std::int16_t* first = at[-tap] + i;
    const std::int16_t* last = at[tap + 1] + i;
    const Wide side = weights.side[tap - 1];
    for_each_constant<kTogetherInPairs>([&](auto n) HWY_ATTR {
      const Wide before = hn::LoadU(d16, first + n * lanes);
      const Wide after = hn::LoadU(d16, last + n * lanes);
      upper[n] = hn::Add(upper[n], hn::MulFixedPoint15(hn::Add(before, below[n]), side));
      lower[n] = hn::Add(lower[n], hn::MulFixedPoint15(hn::Add(above[n], after), side));
      above[n] = before;
      below[n] = after;
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

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_WEIGHTS_INL_HPP
