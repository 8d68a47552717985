#include "kernels/hsv.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/hsv_math.hpp"
#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/hsv.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

using UShortTag = hn::Repartition<std::uint16_t, ByteTag>;
using UShorts = hn::Vec<UShortTag>;
using FloatTag = hn::Repartition<float, ByteTag>;
using Floats = hn::Vec<FloatTag>;

// ---- To HSV ----

/// Hue and saturation of the pixels of a vector of 32-bit lanes, each in the lowest bits.
struct HueSaturationWords {
  Words hue;
  Words saturation;
};

/// Quotients to nearest, halves up, by way of float. A factor that is too large by some 2^-21 lifts every
/// half above itself; with the roundings of a few floats that is less than the distance of any other
/// quotient from a half: 1 / 1530 of 256. Adding 2^23 rounds to nearest and leaves the whole number in the
/// lowest bits. One division serves both quotients. Tests try all 16.7 million colours.
HWY_INLINE HueSaturationWords divided(Words sixths, Words chroma_words, Words value_words) {
  const FloatTag df;
  constexpr float kLift = 1.0f + 0x1p-21f;
  const auto magic = hn::Set(df, 0x1p23f);
  const Floats chroma = hn::ConvertTo(df, chroma_words);
  const Floats value = hn::ConvertTo(df, value_words);
  const Floats product = hn::Max(hn::Mul(chroma, value), hn::Set(df, 1.0f));
  const Floats reciprocal = hn::Div(hn::Set(df, 1.0f), product);
  const Floats hue = hn::Mul(hn::Mul(hn::ConvertTo(df, sixths), hn::Set(df, kLift * kHueTurn / 6)), value);
  const Floats saturation = hn::Mul(hn::Mul(chroma, hn::Set(df, kLift * 255)), chroma);
  return {hn::BitCast(WordTag(), hn::MulAdd(hue, reciprocal, magic)),
          hn::BitCast(WordTag(), hn::MulAdd(saturation, reciprocal, magic))};
}

/// The even or the odd pixels of a vector, as 16 bits.
struct HueSaturationShorts {
  Shorts hue;
  Shorts saturation;
};

/// Even and odd lanes of a pair of 16-bit vectors are apart by masks and shifts alone.
HWY_INLINE Words even_words(Shorts v) {
  return hn::And(hn::BitCast(WordTag(), v), hn::Set(WordTag(), 0xFFFF));
}
HWY_INLINE Words odd_words(Shorts v) {
  const hn::Repartition<std::uint32_t, ByteTag> du32;
  return hn::BitCast(WordTag(), hn::ShiftRight<16>(hn::BitCast(du32, v)));
}
HWY_INLINE Shorts join_words(Words even, Words odd) {
  return hn::OddEven(hn::BitCast(ShortTag(), hn::ShiftLeft<16>(odd)), hn::BitCast(ShortTag(), even));
}

HWY_INLINE HueSaturationShorts hue_saturation(Shorts red, Shorts green, Shorts blue, Shorts value,
                                              Shorts chroma) {
  const ShortTag d16;
  const auto twice = hn::Add(chroma, chroma);
  const auto red_sixths = hn::Sub(green, blue);
  const auto turned = hn::Add(hn::Add(twice, twice), twice);
  const auto from_red = hn::Add(red_sixths, hn::IfThenElseZero(hn::Lt(green, blue), turned));
  const auto from_green = hn::Add(twice, hn::Sub(blue, red));
  const auto from_blue = hn::Add(hn::Add(twice, twice), hn::Sub(red, green));
  const auto not_red = hn::IfThenElse(hn::Eq(value, green), from_green, from_blue);
  const Shorts sixths = hn::IfThenElse(hn::Eq(value, red), from_red, not_red);
  const auto even = divided(even_words(sixths), even_words(chroma), even_words(value));
  const auto odd = divided(odd_words(sixths), odd_words(chroma), odd_words(value));
  const auto byte = hn::Set(d16, 0xFF);
  return {hn::And(join_words(even.hue, odd.hue), byte),
          hn::And(join_words(even.saturation, odd.saturation), byte)};
}

struct ToHsv {
  HWY_INLINE ColourLanes operator()(const ColourLanes& c) const {
    const Bytes value = hn::Max(c.red, hn::Max(c.green, c.blue));
    const Bytes chroma = hn::Sub(value, hn::Min(c.red, hn::Min(c.green, c.blue)));
    const EvenOdd red = split(c.red);
    const EvenOdd green = split(c.green);
    const EvenOdd blue = split(c.blue);
    const EvenOdd values = split(value);
    const EvenOdd chromas = split(chroma);
    const auto even = hue_saturation(red.even, green.even, blue.even, values.even, chromas.even);
    const auto odd = hue_saturation(red.odd, green.odd, blue.odd, values.odd, chromas.odd);
    return {join({even.hue, odd.hue}), join({even.saturation, odd.saturation}), value, c.alpha};
  }

  static void pixel(const std::uint8_t* from, std::uint8_t* to) { rgb_to_hsv_pixel(from, to); }
};

// ---- To RGB ----

/// As colour_of_hsv(), on 16 bits. The product of three bytes is divided by 255 * 256 in two steps: by 256
/// as the high half of a product, with its lowest byte rounded in, then by 255 by the customary shifts.
template <int kSixth>
HWY_INLINE UShorts colour_values(UShorts hue6, UShorts saturation, UShorts value) {
  const UShortTag d16;
  const auto set = [](int number)
                       HWY_ATTR { return hn::Set(UShortTag(), static_cast<std::uint16_t>(number)); };
  const auto sum = hn::Add(hue6, set(kSixth * 256));
  // A turn less where there is one: otherwise the difference wraps around and is the larger one.
  const auto k = hn::Min(sum, hn::Sub(sum, set(6 * 256)));
  const auto nearer = hn::Min(k, hn::SaturatedSub(set(4 * 256), k));
  const auto share = hn::Min(nearer, set(256));
  const auto kept = hn::Sub(set(255 * 256), hn::Mul(saturation, share));
  const auto high = hn::MulHigh(hn::ShiftLeft<8>(value), kept);
  const auto low = hn::And(hn::ShiftRight<7>(hn::Mul(value, kept)), set(1));
  const auto sum256 = hn::Add(hn::Add(high, low), set(127));
  const auto carried = hn::Add(hn::Add(sum256, hn::ShiftRight<8>(sum256)), hn::Set(d16, 1));
  return hn::ShiftRight<8>(carried);
}

struct FromHsv {
  HWY_INLINE ColourLanes operator()(const ColourLanes& c) const {
    const EvenOdd hue = split(c.red);
    const EvenOdd saturation = split(c.green);
    const EvenOdd value = split(c.blue);
    return {colour<5>(hue, saturation, value), colour<3>(hue, saturation, value),
            colour<1>(hue, saturation, value), c.alpha};
  }

  static void pixel(const std::uint8_t* from, std::uint8_t* to) { hsv_to_rgb_pixel(from, to); }

 private:
  template <int kSixth>
  HWY_INLINE static Bytes colour(const EvenOdd& hue, const EvenOdd& saturation, const EvenOdd& value) {
    return join({half<kSixth>(hue.even, saturation.even, value.even),
                 half<kSixth>(hue.odd, saturation.odd, value.odd)});
  }

  template <int kSixth>
  HWY_INLINE static Shorts half(Shorts hue, Shorts saturation, Shorts value) {
    const UShortTag d16;
    const auto hue6 = hn::Mul(hn::BitCast(d16, hue), hn::Set(d16, 6));
    return hn::BitCast(ShortTag(),
                       colour_values<kSixth>(hue6, hn::BitCast(d16, saturation), hn::BitCast(d16, value)));
  }
};

template <int kChannels, typename Conversion>
std::size_t convert_vectors(const std::uint8_t* in, std::uint8_t* out, std::size_t pixels) {
  const std::size_t lanes = hn::Lanes(ByteTag());
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    store_colours<kChannels>(Conversion()(load_colours<kChannels>(in + i * kChannels)), out + i * kChannels);
  }
  return i;
}

#else

struct ToHsv {
  static void pixel(const std::uint8_t* from, std::uint8_t* to) { rgb_to_hsv_pixel(from, to); }
};

struct FromHsv {
  static void pixel(const std::uint8_t* from, std::uint8_t* to) { hsv_to_rgb_pixel(from, to); }
};

template <int kChannels, typename Conversion>
std::size_t convert_vectors(const std::uint8_t*, std::uint8_t*, std::size_t) {
  return 0;
}

#endif

template <int kChannels, typename Conversion>
void convert_rows(const ConstImageView& in, const ImageView& out) {
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = convert_vectors<kChannels, Conversion>(from, to, packed.pixels); i < packed.pixels;
         ++i) {
      Conversion::pixel(from + i * kChannels, to + i * kChannels);
      if (kChannels == 4) to[i * 4 + 3] = from[i * 4 + 3];
    }
  }
}

void convert_to_hsv(const ConstImageView& in, const ImageView& out) {
  in.channels == 3 ? convert_rows<3, ToHsv>(in, out) : convert_rows<4, ToHsv>(in, out);
}

void convert_from_hsv(const ConstImageView& in, const ImageView& out) {
  in.channels == 3 ? convert_rows<3, FromHsv>(in, out) : convert_rows<4, FromHsv>(in, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(convert_to_hsv);
HWY_EXPORT(convert_from_hsv);

Status rgb_to_hsv(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) {
    copy_rows(in, out);
  } else {
    HWY_DYNAMIC_DISPATCH(convert_to_hsv)(in, out);
  }
  return Status::Ok;
}

Status hsv_to_rgb(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) {
    copy_rows(in, out);
  } else {
    HWY_DYNAMIC_DISPATCH(convert_from_hsv)(in, out);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
