// Vectors of interleaved pixels, and weighted sums over their channels. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_COLOUR_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_COLOUR_LANES_INL_HPP
#undef FRAMEWRIGHT_KERNELS_COLOUR_LANES_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_COLOUR_LANES_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ByteTag = hn::ScalableTag<std::uint8_t>;
using Bytes = hn::Vec<ByteTag>;

struct ColourLanes {
  Bytes red;
  Bytes green;
  Bytes blue;
  Bytes alpha;  ///< without meaning where there are three channels
};

template <int kChannels>
HWY_INLINE ColourLanes load_colours(const std::uint8_t* pixels) {
  const ByteTag d8;
  ColourLanes c;
  if constexpr (kChannels == 4) {
    hn::LoadInterleaved4(d8, pixels, c.red, c.green, c.blue, c.alpha);
  } else {
    hn::LoadInterleaved3(d8, pixels, c.red, c.green, c.blue);
    c.alpha = hn::Zero(d8);
  }
  return c;
}

template <int kChannels>
HWY_INLINE void store_colours(const ColourLanes& c, std::uint8_t* pixels) {
  const ByteTag d8;
  if constexpr (kChannels == 4) {
    hn::StoreInterleaved4(c.red, c.green, c.blue, c.alpha, d8, pixels);
  } else {
    hn::StoreInterleaved3(c.red, c.green, c.blue, d8, pixels);
  }
}

/// Ones in the bytes that hold colours, zeros in those that hold alpha.
HWY_INLINE Bytes colour_mask(int channels) {
  alignas(16) static constexpr std::uint8_t kColours[16] = {255, 255, 255, 0, 255, 255, 255, 0,
                                                            255, 255, 255, 0, 255, 255, 255, 0};
  alignas(16) static constexpr std::uint8_t kAll[16] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                        255, 255, 255, 255, 255, 255, 255, 255};
  return hn::LoadDup128(ByteTag(), channels == 4 ? kColours : kAll);
}

/// Where `mask` has ones, `yes`; elsewhere `no`.
HWY_INLINE Bytes choose(Bytes mask, Bytes yes, Bytes no) {
  return hn::Or(hn::And(mask, yes), hn::AndNot(mask, no));
}

#if HWY_TARGET != HWY_SCALAR

using ShortTag = hn::Repartition<std::int16_t, ByteTag>;
using Shorts = hn::Vec<ShortTag>;
using WordTag = hn::Repartition<std::int32_t, ByteTag>;
using Words = hn::Vec<WordTag>;

/// Values of the even and the odd bytes, each as 16 bits. Keeping them apart costs no shuffle, either way.
struct EvenOdd {
  Shorts even;
  Shorts odd;
};

HWY_INLINE EvenOdd split(Bytes v) {
  const hn::Repartition<std::uint16_t, ByteTag> du16;
  const ShortTag d16;
  const auto both = hn::BitCast(du16, v);
  return {hn::BitCast(d16, hn::And(both, hn::Set(du16, 0xFF))), hn::BitCast(d16, hn::ShiftRight<8>(both))};
}

/// The other way; both must be 0..255.
HWY_INLINE Bytes join(EvenOdd v) { return hn::BitCast(ByteTag(), hn::Or(v.even, hn::ShiftLeft<8>(v.odd))); }

/// Pairs of 16-bit values ready to be multiplied and added: (a, b) in the lower and upper half of each block.
struct Pairs {
  Shorts lower;
  Shorts upper;
};

HWY_INLINE Pairs pair_up(Shorts a, Shorts b) {
  const ShortTag d16;
  return {hn::InterleaveLower(d16, a, b), hn::InterleaveUpper(d16, a, b)};
}

/// a * first + b * second for each pair.
HWY_INLINE Words multiply_pairs(Shorts pairs, Shorts weights) {
  const WordTag d32;
  Words rest = hn::Zero(d32);
  const Words sum = hn::ReorderWidenMulAccumulate(d32, pairs, weights, hn::Zero(d32), rest);
  return hn::RearrangeToOddPlusEven(sum, rest);
}

/// Weights that meet pairs (a, b).
HWY_INLINE Shorts pair_weights(int first, int second) {
  const auto low = static_cast<std::uint32_t>(static_cast<std::uint16_t>(first));
  const auto high = static_cast<std::uint32_t>(static_cast<std::uint16_t>(second));
  return hn::BitCast(ShortTag(), hn::Set(WordTag(), static_cast<std::int32_t>(low | high << 16)));
}

/// Undoes pair_up after its sums were brought back to 16 bits; saturates.
HWY_INLINE Shorts unpair(Words lower, Words upper) { return hn::ReorderDemote2To(ShortTag(), lower, upper); }

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_COLOUR_LANES_INL_HPP
