// Pixels as quads, one in each 32-bit lane: what weighted sums over the channels of a pixel want. Spreading a
// row into quads and packing it again (kernels/quad_packing-inl.hpp) takes far fewer shuffles than taking its
// channels apart. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_PIXEL_QUADS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_PIXEL_QUADS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_PIXEL_QUADS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_PIXEL_QUADS_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

// Packing works in blocks of 16 bytes, so that vectors whose length is not known are used as one block.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
using QuadByteTag = hn::ScalableTag<std::uint8_t>;
#else
using QuadByteTag = hn::CappedTag<std::uint8_t, 16>;
#endif
using QuadShortTag = hn::Repartition<std::int16_t, QuadByteTag>;
using QuadWordTag = hn::Repartition<std::int32_t, QuadByteTag>;
using QuadIndexTag = hn::Repartition<std::uint32_t, QuadByteTag>;
using QuadBytes = hn::Vec<QuadByteTag>;
using QuadShorts = hn::Vec<QuadShortTag>;
using QuadWords = hn::Vec<QuadWordTag>;
using QuadIndex = hn::Vec<QuadIndexTag>;

/// Pixels of one step of a loop: four vectors of quads, as many as a vector has bytes.
HWY_INLINE std::size_t quad_step() { return hn::Lanes(QuadByteTag()); }

struct FourQuads {
  QuadBytes part[4];
};

#if HWY_TARGET == HWY_AVX2

/// Reads eight pixels of three bytes, each into a lane of its own, whose fourth byte is 0. Each block is
/// loaded where its pixels lie, which is cheaper than to move words between blocks.
class RgbSpreader {
 public:
  /// Reads bytes behind the pixels, or else, where there may be none, none there.
  explicit RgbSpreader(bool ends_with_pixels) : second_at_(ends_with_pixels ? 8 : 12) {
    alignas(32) std::uint8_t from[32];
    for (std::size_t i = 0; i < 32; ++i) {
      const std::size_t start = i < 16 ? 0 : 12 - second_at_;
      from[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 0x80 : start + i % 16 / 4 * 3 + i % 4);
    }
    bytes_ = hn::Load(QuadByteTag(), from);
  }

  HWY_INLINE QuadBytes operator()(const std::uint8_t* pixels) const {
    const hn::Half<QuadByteTag> dh;
    const auto first = hn::LoadU(dh, pixels);
    const auto second = hn::LoadU(dh, pixels + second_at_);
    return hn::TableLookupBytesOr0(hn::Combine(QuadByteTag(), second, first), bytes_);
  }

 private:
  std::size_t second_at_;
  QuadBytes bytes_;
};

#else

/// Reads pixels of three bytes, each into a lane of its own, whose fourth byte is 0.
class RgbSpreader {
 public:
  /// Reads bytes behind the pixels, or else, where there may be none, as many before them.
  explicit RgbSpreader(bool ends_with_pixels) : start_(ends_with_pixels ? quad_step() / 4 : 0) {
    const QuadIndexTag d;
    const auto lane = hn::Iota(d, 0);
#if HWY_TARGET == HWY_AVX3_DL
    const auto first_byte =
        hn::Add(hn::Mul(lane, hn::Set(d, 3)), hn::Set(d, static_cast<std::uint32_t>(start_)));
    bytes_ = hn::BitCast(QuadByteTag(),
                         hn::Add(hn::Mul(first_byte, hn::Set(d, 0x01010101)), hn::Set(d, 0x02020100)));
#else
    // Four pixels lie in three words, which go to a block of their own.
    const auto in_block = hn::Min(hn::And(lane, hn::Set(d, 3)), hn::Set(d, 2));
    words_ = hn::Add(hn::Add(hn::Mul(hn::ShiftRight<2>(lane), hn::Set(d, 3)), in_block),
                     hn::Set(d, static_cast<std::uint32_t>(start_ / 4)));
#endif
  }

  HWY_INLINE QuadBytes operator()(const std::uint8_t* pixels) const {
    const QuadByteTag d8;
    const QuadBytes v = hn::LoadU(d8, pixels - start_);
#if HWY_TARGET == HWY_AVX3_DL
    return QuadBytes{_mm512_maskz_permutexvar_epi8(0x7777777777777777, bytes_.raw, v.raw)};
#else
    alignas(16) static constexpr std::uint8_t kSpread[16] = {0, 1, 2, 0x80, 3, 4,  5,  0x80,
                                                             6, 7, 8, 0x80, 9, 10, 11, 0x80};
    const QuadIndexTag d;
    const auto blocks = hn::TableLookupLanes(hn::BitCast(d, v), hn::IndicesFromVec(d, words_));
    return hn::TableLookupBytesOr0(hn::BitCast(d8, blocks), hn::LoadDup128(d8, kSpread));
#endif
  }

 private:
  std::size_t start_;  ///< The byte of the vector at which the first pixel begins, a multiple of 4.
#if HWY_TARGET == HWY_AVX3_DL
  QuadBytes bytes_;
#else
  QuadIndex words_;
#endif
};

#endif

/// Reads quad_step() pixels.
template <int kChannels>
class QuadReader {
 public:
  HWY_INLINE FourQuads operator()(const std::uint8_t* pixels) const {
    const QuadByteTag d8;
    const std::size_t n = quad_step();
    if constexpr (kChannels == 4) {
      return {{hn::LoadU(d8, pixels), hn::LoadU(d8, pixels + n), hn::LoadU(d8, pixels + 2 * n),
               hn::LoadU(d8, pixels + 3 * n)}};
    } else {
      return {{spread_(pixels), spread_(pixels + n / 4 * 3), spread_(pixels + n / 2 * 3),
               spread_last_(pixels + n / 4 * 9)}};
    }
  }

 private:
  RgbSpreader spread_{false};
  RgbSpreader spread_last_{true};
};

/// Weights of red, green and blue, for multiply-and-add, and of kQuadConstant where it takes the place of
/// alpha.
struct QuadWeights {
  QuadShorts red_blue;
  QuadShorts green_alpha;
#if HWY_TARGET == HWY_AVX3_DL
  QuadWords constant;
#endif
};

inline constexpr int kQuadConstant = 128;

HWY_INLINE QuadWeights quad_weights(int red, int green, int blue, int constant = 0) {
  const auto pair = [](int low, int high) HWY_ATTR {
    const auto low_bits = static_cast<std::uint16_t>(low);
    const auto high_bits = static_cast<std::uint32_t>(static_cast<std::uint16_t>(high)) << 16;
    return hn::BitCast(QuadShortTag(), hn::Set(QuadIndexTag(), low_bits | high_bits));
  };
#if HWY_TARGET == HWY_AVX3_DL
  return {pair(red, blue), pair(green, 0), hn::Set(QuadWordTag(), constant * kQuadConstant)};
#else
  return {pair(red, blue), pair(green, constant)};
#endif
}

/// The quads with kQuadConstant as alpha, so that its weight counts in every sum.
template <int kChannels>
HWY_INLINE QuadBytes with_constant(QuadBytes quads) {
#if HWY_TARGET == HWY_AVX3_DL
  return quads;  // Sums begin with the weighed constant, and alpha weighs nothing.
#else
  const QuadIndexTag d;
  auto q = hn::BitCast(d, quads);
  if constexpr (kChannels == 4) q = hn::And(q, hn::Set(d, 0x00FFFFFF));
  return hn::BitCast(QuadByteTag(), hn::Or(q, hn::Set(d, std::uint32_t{kQuadConstant} << 24)));
#endif
}

/// A vector of quads as pairs of 16 bits: (red, blue) and (green, alpha).
class WideQuads {
 public:
  explicit HWY_INLINE WideQuads(QuadBytes quads) {
    const hn::Repartition<std::uint16_t, QuadByteTag> du16;
    const auto both = hn::BitCast(du16, quads);
    red_blue_ = hn::BitCast(QuadShortTag(), hn::And(both, hn::Set(du16, 0xFF)));
    green_alpha_ = hn::BitCast(QuadShortTag(), hn::ShiftRight<8>(both));
  }

  HWY_INLINE QuadWords weighed(const QuadWeights& weights) const {
#if HWY_TARGET == HWY_AVX3_DL
    const QuadWords sum = multiply_add(red_blue_, weights.red_blue, weights.constant);
    return multiply_add(green_alpha_, weights.green_alpha, sum);
#else
    return hn::Add(multiply_pairs(red_blue_, weights.red_blue),
                   multiply_pairs(green_alpha_, weights.green_alpha));
#endif
  }

 private:
#if HWY_TARGET == HWY_AVX3_DL
  /// An instruction that every processor of this target has, although the target that compilers are told of
  /// does not name it.
  HWY_INLINE static QuadWords multiply_add(QuadShorts a, QuadShorts b, QuadWords sum) {
    auto raw = sum.raw;
    asm("vpdpwssd %2, %1, %0" : "+v"(raw) : "v"(a.raw), "v"(b.raw));
    return QuadWords{raw};
  }
#else
  HWY_INLINE static QuadWords multiply_pairs(QuadShorts a, QuadShorts b) {
    const QuadWordTag d32;
    QuadWords rest = hn::Zero(d32);
    const QuadWords sum = hn::ReorderWidenMulAccumulate(d32, a, b, hn::Zero(d32), rest);
    return hn::RearrangeToOddPlusEven(sum, rest);
  }
#endif

  QuadShorts red_blue_;
  QuadShorts green_alpha_;
};

/// What becomes the alpha of the result.
template <int kChannels>
HWY_INLINE QuadWords alpha_of(QuadBytes quads) {
  if constexpr (kChannels == 3) return hn::Zero(QuadWordTag());
  return hn::BitCast(QuadWordTag(), hn::ShiftRight<24>(hn::BitCast(QuadIndexTag(), quads)));
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_PIXEL_QUADS_INL_HPP
