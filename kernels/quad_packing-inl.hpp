// From quads (kernels/pixel_quads-inl.hpp) back to bytes. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP
#undef FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP
#endif

#include "kernels/pixel_quads-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// 32-bit values to 16, saturated: in each block those of `a`, then those of `b`.
HWY_INLINE QuadShorts pack_words(QuadWords a, QuadWords b) {
  const QuadShortTag d16;
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
  return hn::ReorderDemote2To(d16, a, b);
#else
  const hn::Half<QuadShortTag> dh;
  return hn::Combine(d16, hn::DemoteTo(dh, b), hn::DemoteTo(dh, a));
#endif
}

/// 16-bit values to 0..255, saturated: in each block those of `a`, then those of `b`.
HWY_INLINE QuadBytes pack_shorts(QuadShorts a, QuadShorts b) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  return QuadBytes{_mm512_packus_epi16(a.raw, b.raw)};
#elif HWY_TARGET == HWY_AVX2
  return QuadBytes{_mm256_packus_epi16(a.raw, b.raw)};
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
  return QuadBytes{_mm_packus_epi16(a.raw, b.raw)};
#else
  const hn::Half<QuadByteTag> dh;
  return hn::Combine(QuadByteTag(), hn::DemoteTo(dh, b), hn::DemoteTo(dh, a));
#endif
}

/// Colour values of as many pixels as there are lanes to bytes, saturated: in each block four of red, green,
/// blue and alpha. A QuadWriter takes them.
HWY_INLINE QuadBytes pack_planes(QuadWords red, QuadWords green, QuadWords blue, QuadWords alpha) {
  return pack_shorts(pack_words(red, green), pack_words(blue, alpha));
}

/// One value of each lane of four vectors, saturated to bytes, in the order of the pixels.
class ValuePacker {
 public:
  ValuePacker() {
    const QuadIndexTag d;
    alignas(64) std::uint32_t words[hn::MaxLanes(d)];
    const std::size_t blocks = quad_step() / 16;
    for (std::size_t i = 0; i < 4 * blocks; ++i) {
      words[i] = static_cast<std::uint32_t>(i % blocks * 4 + i / blocks);
    }
    words_ = hn::Load(d, words);
  }

  HWY_INLINE QuadBytes operator()(QuadWords a, QuadWords b, QuadWords c, QuadWords d) const {
    const QuadIndexTag du32;
    const auto packed = hn::BitCast(du32, pack_shorts(pack_words(a, b), pack_words(c, d)));
    return hn::BitCast(QuadByteTag(), hn::TableLookupLanes(packed, hn::IndicesFromVec(du32, words_)));
  }

 private:
  QuadIndex words_;
};

/// Packs what pack_planes() made of one vector of quads into pixels of three bytes, and turns them within the
/// vector so that they lie where the pixels of `part`, of four, begin.
class RgbPacker {
 public:
  explicit RgbPacker(std::size_t part) {
    const QuadIndexTag d;
    const std::size_t lanes = hn::Lanes(d);
    alignas(64) std::uint32_t words[hn::MaxLanes(d)];
    for (std::size_t i = 0; i < lanes; ++i) {
      // The packed pixels fill three words of each block; the lanes that they leave free are never used.
      const std::size_t packed = (i + part * lanes / 4) % lanes;
      words[i] = static_cast<std::uint32_t>(packed < lanes / 4 * 3 ? packed + packed / 3 : 0);
    }
    words_ = hn::Load(d, words);
#if HWY_TARGET == HWY_AVX3_DL
    const QuadByteTag d8;
    const auto place =
        hn::BitCast(d8, hn::Add(hn::Mul(words_, hn::Set(d, 0x04040404)), hn::Set(d, 0x03020100)));
    const auto block = hn::And(place, hn::Set(d8, 0xF0));
    bytes_ = hn::Add(block, hn::TableLookupBytes(hn::LoadDup128(d8, kInterleave), hn::AndNot(block, place)));
#endif
  }

  HWY_INLINE QuadBytes operator()(QuadBytes planes) const {
    const QuadByteTag d8;
#if HWY_TARGET == HWY_AVX3_DL
    return QuadBytes{_mm512_permutexvar_epi8(bytes_.raw, planes.raw)};
#else
    const QuadIndexTag d;
    const auto pixels = hn::TableLookupBytes(planes, hn::LoadDup128(d8, kInterleave));
    return hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d, pixels), hn::IndicesFromVec(d, words_)));
#endif
  }

 private:
  alignas(16) static constexpr std::uint8_t kInterleave[16] = {0,  4, 8, 1,  5,  9,  2,  6,
                                                               10, 3, 7, 11, 15, 15, 15, 15};

  QuadIndex words_;
#if HWY_TARGET == HWY_AVX3_DL
  QuadBytes bytes_;
#endif
};

/// Writes quad_step() pixels out of what pack_planes() made.
template <int kChannels>
class QuadWriter {
 public:
  HWY_INLINE void operator()(const FourQuads& planes, std::uint8_t* pixels) const {
    const QuadByteTag d8;
    const std::size_t n = quad_step();
    if constexpr (kChannels == 4) {
      alignas(16) static constexpr std::uint8_t kInterleave[16] = {0, 4, 8,  12, 1, 5, 9,  13,
                                                                   2, 6, 10, 14, 3, 7, 11, 15};
      const auto order = hn::LoadDup128(d8, kInterleave);
      for (std::size_t i = 0; i < 4; ++i) {
        hn::StoreU(hn::TableLookupBytes(planes.part[i], order), d8, pixels + i * n);
      }
    } else {
      const auto second = second_(planes.part[1]);
      const auto third = third_(planes.part[2]);
      hn::StoreU(joined(3, first_(planes.part[0]), second), d8, pixels);
      hn::StoreU(joined(2, second, third), d8, pixels + n);
      hn::StoreU(joined(1, third, fourth_(planes.part[3])), d8, pixels + 2 * n);
    }
  }

 private:
  /// `quarters` of a vector from `a`, the rest from `b`.
  HWY_INLINE static QuadBytes joined(std::size_t quarters, QuadBytes a, QuadBytes b) {
    const QuadIndexTag d;
    const auto from_a = hn::FirstN(d, quarters * (hn::Lanes(d) / 4));
    return hn::BitCast(QuadByteTag(), hn::IfThenElse(from_a, hn::BitCast(d, a), hn::BitCast(d, b)));
  }

  RgbPacker first_{0};
  RgbPacker second_{1};
  RgbPacker third_{2};
  RgbPacker fourth_{3};
};

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP
