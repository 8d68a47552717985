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
#include "kernels/quad_packing-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

template <int kChannels>
std::size_t lighten_vectors(const std::uint8_t* in, std::uint8_t* out, std::size_t pixels) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const ColourLanes c = load_colours<kChannels>(in + i * kChannels);
    const auto high = hn::Max(c.red, hn::Max(c.green, c.blue));
    const auto low = hn::Min(c.red, hn::Min(c.green, c.blue));
    hn::StoreU(hn::AverageRound(high, low), d8, out + i);
  }
  return i;
}

#if HWY_TARGET != HWY_SCALAR

/// Exact division by way of float. Wanted is sum / divisor to nearest, halves up. A reciprocal that is too
/// large by some 2^-22 lifts every half above itself; with the roundings of two floats below 256 that moves
/// no quotient by 1 / 5000, the least distance of any other one from a half. Adding 2^23 then rounds to
/// nearest and leaves the whole number in the lowest bits. Fused or not makes no difference. Tests try all
/// 16.7 million colours.
class WeightedRule {
 public:
  explicit WeightedRule(const LumaWeights& w)
      : weights_(quad_weights(w.red, w.green, w.blue)),
        reciprocal_(hn::Set(FloatTag(), (1.0f + 0x1p-22f) / static_cast<float>(w.divisor))) {}

  HWY_INLINE QuadWords operator()(QuadBytes quads) const {
    const auto sum = hn::ConvertTo(FloatTag(), WideQuads(quads).weighed(weights_));
    return hn::BitCast(QuadWordTag(), hn::MulAdd(sum, reciprocal_, hn::Set(FloatTag(), 0x1p23f)));
  }

 private:
  using FloatTag = hn::Repartition<float, QuadByteTag>;

  QuadWeights weights_;
  hn::Vec<FloatTag> reciprocal_;
};

template <int kChannels>
class WeightedReducer {
 public:
  explicit WeightedReducer(GrayscaleAlgorithm algorithm) : rule_(luma_weights(algorithm)) {}

  HWY_INLINE std::size_t operator()(const std::uint8_t* in, std::uint8_t* out, std::size_t pixels) const {
    const std::size_t step = quad_step();
    std::size_t i = 0;
    for (; i + step <= pixels; i += step) {
      const FourQuads q = read_(in + i * kChannels);
      const auto gray = pack_(rule_(q.part[0]), rule_(q.part[1]), rule_(q.part[2]), rule_(q.part[3]));
      hn::StoreU(gray, QuadByteTag(), out + i);
    }
    return i;
  }

 private:
  WeightedRule rule_;
  QuadReader<kChannels> read_;
  ValuePacker pack_;
};

#else

template <int kChannels>
class WeightedReducer {
 public:
  explicit WeightedReducer(GrayscaleAlgorithm) {}
  std::size_t operator()(const std::uint8_t*, std::uint8_t*, std::size_t) const { return 0; }
};

#endif

/// `vectors` reduces as many pixels of a row as fill its vectors, and says how many.
template <int kChannels, typename Vectors>
void reduce_rows(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out,
                 Vectors vectors) {
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = vectors(from, to, packed.pixels); i < packed.pixels; ++i) {
      const std::uint8_t* pixel = from + i * kChannels;
      to[i] = gray_of(algorithm, pixel[0], pixel[1], pixel[2]);
    }
  }
}

template <int kChannels>
void reduce_pixels(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) {
  if (algorithm == GrayscaleAlgorithm::Lightness) {
    reduce_rows<kChannels>(in, algorithm, out, lighten_vectors<kChannels>);
  } else {
    reduce_rows<kChannels>(in, algorithm, out, WeightedReducer<kChannels>(algorithm));
  }
}

void reduce_to_gray(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) {
  in.channels == 3 ? reduce_pixels<3>(in, algorithm, out) : reduce_pixels<4>(in, algorithm, out);
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
