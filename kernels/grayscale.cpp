#include "kernels/grayscale.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/grayscale.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

struct LightnessRule {
  HWY_INLINE Bytes operator()(const ColourLanes& c) const {
    const auto high = hn::Max(c.red, hn::Max(c.green, c.blue));
    const auto low = hn::Min(c.red, hn::Min(c.green, c.blue));
    return hn::AverageRound(high, low);
  }
};

#if HWY_TARGET != HWY_SCALAR

/// Exact division by way of float. Wanted is floor((2 sum + divisor) / (2 divisor)). The numerator is made
/// odd, which changes no floor and keeps the quotient 1 / (2 divisor) away from every whole number: more than
/// the two roundings of a float below 256 can move it, for divisors up to 5000. Tests try all 16.7 million
/// colours.
class WeightedRule {
 public:
  explicit WeightedRule(const LumaWeights& w)
      : red_green_(pair_weights(2 * w.red, 2 * w.green)),
        blue_one_(pair_weights(2 * w.blue, w.divisor | 1)),
        reciprocal_(1.0f / static_cast<float>(2 * w.divisor)) {}

  HWY_INLINE Bytes operator()(const ColourLanes& c) const {
    const EvenOdd red = split(c.red);
    const EvenOdd green = split(c.green);
    const EvenOdd blue = split(c.blue);
    return join({luma(red.even, green.even, blue.even), luma(red.odd, green.odd, blue.odd)});
  }

 private:
  HWY_INLINE Shorts luma(Shorts red, Shorts green, Shorts blue) const {
    const Pairs red_green = pair_up(red, green);
    const Pairs blue_one = pair_up(blue, hn::Set(ShortTag(), 1));
    return unpair(divided(red_green.lower, blue_one.lower), divided(red_green.upper, blue_one.upper));
  }

  HWY_INLINE Words divided(Shorts red_green, Shorts blue_one) const {
    const hn::Repartition<float, ByteTag> df;
    const auto sum = hn::Add(multiply_pairs(red_green, red_green_), multiply_pairs(blue_one, blue_one_));
    return hn::ConvertTo(WordTag(), hn::Mul(hn::ConvertTo(df, sum), hn::Set(df, reciprocal_)));
  }

  Shorts red_green_;
  Shorts blue_one_;
  float reciprocal_;
};

#endif

template <int kChannels, typename Rule>
HWY_INLINE std::size_t reduce_vectors(const std::uint8_t* in, std::uint8_t* out, std::size_t pixels,
                                      Rule rule) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    hn::StoreU(rule(load_colours<kChannels>(in + i * kChannels)), d8, out + i);
  }
  return i;
}

template <int kChannels>
std::size_t reduce_row(GrayscaleAlgorithm algorithm, const std::uint8_t* in, std::uint8_t* out,
                       std::size_t pixels) {
  if (algorithm == GrayscaleAlgorithm::Lightness) {
    return reduce_vectors<kChannels>(in, out, pixels, LightnessRule());
  }
#if HWY_TARGET != HWY_SCALAR
  return reduce_vectors<kChannels>(in, out, pixels, WeightedRule(luma_weights(algorithm)));
#else
  return 0;
#endif
}

void reduce_to_gray(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) {
  const PackedRows packed = packed_rows(in, out);
  const auto channels = static_cast<std::size_t>(in.channels);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    std::size_t i = in.channels == 3 ? reduce_row<3>(algorithm, from, to, packed.pixels)
                                     : reduce_row<4>(algorithm, from, to, packed.pixels);
    for (; i < packed.pixels; ++i) {
      const std::uint8_t* pixel = from + i * channels;
      to[i] = gray_of(algorithm, pixel[0], pixel[1], pixel[2]);
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(reduce_to_gray);

Status grayscale(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) noexcept {
  if (!is_well_formed(in) || !is_well_formed(out) || !same_size(in, out) || out.channels != 1) {
    return Status::BadShape;
  }
  if (in.channels == 1) {
    copy_rows(in, out);
  } else {
    HWY_DYNAMIC_DISPATCH(reduce_to_gray)(in, algorithm, out);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
