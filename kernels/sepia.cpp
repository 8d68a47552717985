#include "kernels/sepia.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sepia.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// Pairs (red, green) and (blue, 1) of the even or of the odd pixels; the 1 brings the rounding in.
struct TonePairs {
  Pairs red_green;
  Pairs blue_one;
};

HWY_INLINE TonePairs tone_pairs(Shorts red, Shorts green, Shorts blue) {
  return {pair_up(red, green), pair_up(blue, hn::Set(ShortTag(), 1))};
}

/// One row of the matrix.
class ToneRow {
 public:
  explicit ToneRow(const std::array<std::int16_t, 3>& weights)
      : red_green_(pair_weights(weights[0], weights[1])), blue_one_(pair_weights(weights[2], 0x2000)) {}

  HWY_INLINE Bytes operator()(const TonePairs& even, const TonePairs& odd) const {
    return join({values(even), values(odd)});
  }

 private:
  HWY_INLINE Shorts values(const TonePairs& pairs) const {
    const Shorts sum = unpair(weighted(pairs.red_green.lower, pairs.blue_one.lower),
                              weighted(pairs.red_green.upper, pairs.blue_one.upper));
    return hn::Min(sum, hn::Set(ShortTag(), 255));
  }

  HWY_INLINE Words weighted(Shorts red_green, Shorts blue_one) const {
    return hn::ShiftRight<14>(
        hn::Add(multiply_pairs(red_green, red_green_), multiply_pairs(blue_one, blue_one_)));
  }

  Shorts red_green_;
  Shorts blue_one_;
};

template <int kChannels>
std::size_t tone_vectors(const SepiaMatrix& matrix, const std::uint8_t* in, std::uint8_t* out,
                         std::size_t pixels) {
  const ToneRow to_red(matrix.weights[0]);
  const ToneRow to_green(matrix.weights[1]);
  const ToneRow to_blue(matrix.weights[2]);
  const std::size_t lanes = hn::Lanes(ByteTag());
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const ColourLanes c = load_colours<kChannels>(in + i * kChannels);
    const EvenOdd red = split(c.red);
    const EvenOdd green = split(c.green);
    const EvenOdd blue = split(c.blue);
    const TonePairs even = tone_pairs(red.even, green.even, blue.even);
    const TonePairs odd = tone_pairs(red.odd, green.odd, blue.odd);
    store_colours<kChannels>({to_red(even, odd), to_green(even, odd), to_blue(even, odd), c.alpha},
                             out + i * kChannels);
  }
  return i;
}

#else

template <int kChannels>
std::size_t tone_vectors(const SepiaMatrix&, const std::uint8_t*, std::uint8_t*, std::size_t) {
  return 0;
}

#endif

void tone(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) {
  const PackedRows packed = packed_rows(in, out);
  const auto channels = static_cast<std::size_t>(in.channels);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    std::size_t i = in.channels == 3 ? tone_vectors<3>(matrix, from, to, packed.pixels)
                                     : tone_vectors<4>(matrix, from, to, packed.pixels);
    for (; i < packed.pixels; ++i) tone_pixel(matrix, in.channels, from + i * channels, to + i * channels);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(tone);

Status sepia(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) {
    copy_rows(in, out);
  } else {
    HWY_DYNAMIC_DISPATCH(tone)(in, matrix, out);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
