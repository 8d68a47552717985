// From quads (kernels/pixel_quads-inl.hpp) back to bytes; whole pixels are written by
// kernels/quad_writer-inl.hpp. Read once for each SIMD target.
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

/// Colour values of one vector of quads.
struct QuadColours {
  QuadWords red;
  QuadWords green;
  QuadWords blue;
  QuadWords alpha;
};

/// The values as bytes, saturated: in each block four of red, green, blue and alpha.
HWY_INLINE QuadBytes pack_planes(const QuadColours& c) {
  return pack_shorts(pack_words(c.red, c.green), pack_words(c.blue, c.alpha));
}

/// The lowest byte of each lane of four vectors, in the order of the pixels.
class ValuePacker {
 public:
#if HWY_TARGET == HWY_AVX3_DL
  // Every fourth byte of two vectors, for either half of the result.
  ValuePacker() : places_(hn::ShiftLeft<2>(hn::Iota(QuadByteTag(), 0))) {}

  HWY_INLINE QuadBytes operator()(QuadWords a, QuadWords b, QuadWords c, QuadWords d) const {
    const QuadBytes first = lowest(a, b);
    const QuadBytes second = lowest(c, d);
    return QuadBytes{_mm512_mask_blend_epi32(0xFF00, first.raw, second.raw)};
  }

 private:
  HWY_INLINE QuadBytes lowest(QuadWords a, QuadWords b) const {
    return QuadBytes{_mm512_permutex2var_epi8(a.raw, places_.raw, b.raw)};
  }

  QuadBytes places_;
#else
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
    const QuadShorts low = pack_words(lowest(a), lowest(b));
    const auto packed = hn::BitCast(du32, pack_shorts(low, pack_words(lowest(c), lowest(d))));
    return hn::BitCast(QuadByteTag(), hn::TableLookupLanes(packed, hn::IndicesFromVec(du32, words_)));
  }

 private:
  HWY_INLINE static QuadWords lowest(QuadWords v) { return hn::And(v, hn::Set(QuadWordTag(), 0xFF)); }

  QuadIndex words_;
#endif
};

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_QUAD_PACKING_INL_HPP
