// Bytes as two vectors of 16 bits and back, without moving anything between the blocks of a vector: filters
// that treat every value alike need no order. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_BYTE_HALVES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_BYTE_HALVES_INL_HPP
#undef FRAMEWRIGHT_KERNELS_BYTE_HALVES_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_BYTE_HALVES_INL_HPP
#endif

#include "kernels/quad_packing-inl.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// halves_elements() values. Where a vector has several blocks `lower` has the first half of each.
struct Halves {
  Wide lower;
  Wide upper;
};

HWY_INLINE std::size_t halves_elements() { return 2 * hn::Lanes(WideTag()); }

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_SSSE3

/// Bytes a and b of each 16 bits, a in the lower ones, as (a + b) << kShift; below 2^15.
template <int kShift>
HWY_INLINE Wide sum_of_pairs(Bytes pairs) {
  const Bytes factor = hn::Set(ByteTag(), 1 << kShift);
#if HWY_TARGET <= HWY_AVX3
  return Wide{_mm512_maddubs_epi16(pairs.raw, factor.raw)};
#elif HWY_TARGET == HWY_AVX2
  return Wide{_mm256_maddubs_epi16(pairs.raw, factor.raw)};
#else
  return Wide{_mm_maddubs_epi16(pairs.raw, factor.raw)};
#endif
}

/// Bytes that stay in a register. gcc would rather read them again for each use, and reading across lines of
/// the cache is dear.
HWY_INLINE Bytes load_once(const std::uint8_t* from) {
  Bytes bytes = hn::LoadU(ByteTag(), from);
  asm("" : "+v"(bytes.raw));
  return bytes;
}

/// Values shifted left by kShift, at most 7.
template <int kShift>
HWY_INLINE Halves widened(const std::uint8_t* values) {
  const ByteTag d8;
  const hn::RebindToUnsigned<WideTag> du16;
  const Bytes bytes = load_once(values);
  const Bytes zero = hn::Zero(d8);
  if constexpr (kShift == 0) {
    return {hn::BitCast(WideTag(), hn::InterleaveLower(d8, bytes, zero)),
            hn::BitCast(WideTag(), hn::InterleaveUpper(d8, bytes, zero))};
  }
  // In the upper bytes first: one shift instead of a widening and a shift.
  const auto down = [&](Bytes high) HWY_ATTR {
    return hn::BitCast(WideTag(), hn::ShiftRight<8 - kShift>(hn::BitCast(du16, high)));
  };
  return {down(hn::InterleaveLower(d8, zero, bytes)), down(hn::InterleaveUpper(d8, zero, bytes))};
}

/// (a[i] + b[i]) << kShift, at most 6.
template <int kShift>
HWY_INLINE Halves sum_widened(const std::uint8_t* a, const std::uint8_t* b) {
  const ByteTag d8;
  const Bytes first = load_once(a);
  const Bytes second = load_once(b);
  return {sum_of_pairs<kShift>(hn::InterleaveLower(d8, first, second)),
          sum_of_pairs<kShift>(hn::InterleaveUpper(d8, first, second))};
}

/// Two vectors of neighbouring values.
HWY_INLINE Halves in_halves(Wide first, Wide second) {
#if HWY_TARGET <= HWY_AVX3
  return {Wide{_mm512_shuffle_i64x2(first.raw, second.raw, 0x88)},
          Wide{_mm512_shuffle_i64x2(first.raw, second.raw, 0xDD)}};
#elif HWY_TARGET == HWY_AVX2
  return {Wide{_mm256_permute2x128_si256(first.raw, second.raw, 0x20)},
          Wide{_mm256_permute2x128_si256(first.raw, second.raw, 0x31)}};
#else
  return {first, second};
#endif
}

/// The opposite: what is spread over both vectors, as two vectors of neighbouring values.
HWY_INLINE Halves in_order(const Halves& halves) {
#if HWY_TARGET <= HWY_AVX3
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  return {Wide{_mm512_permutex2var_epi64(halves.lower.raw, first, halves.upper.raw)},
          Wide{_mm512_permutex2var_epi64(halves.lower.raw, second, halves.upper.raw)}};
#else
  // There in_halves() is its own opposite.
  return in_halves(halves.lower, halves.upper);
#endif
}

/// Values brought to 0..255 by saturation.
HWY_INLINE void store_bytes(const Halves& values, std::uint8_t* out) {
  hn::StoreU(pack_shorts(values.lower, values.upper), ByteTag(), out);
}

/// As above for two vectors of neighbouring values: packed first, they are put in order by one instruction.
HWY_INLINE void store_neighbours(Wide first, Wide second, std::uint8_t* out) {
  const Bytes packed = pack_shorts(first, second);
#if HWY_TARGET <= HWY_AVX3
  const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  hn::StoreU(Bytes{_mm512_permutexvar_epi64(order, packed.raw)}, ByteTag(), out);
#elif HWY_TARGET == HWY_AVX2
  hn::StoreU(Bytes{_mm256_permute4x64_epi64(packed.raw, 0xD8)}, ByteTag(), out);
#else
  hn::StoreU(packed, ByteTag(), out);
#endif
}

#else

template <int kShift>
HWY_INLINE Halves widened(const std::uint8_t* values) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  return {hn::ShiftLeft<kShift>(hn::PromoteTo(d16, hn::LoadU(d8, values))),
          hn::ShiftLeft<kShift>(hn::PromoteTo(d16, hn::LoadU(d8, values + hn::Lanes(d16))))};
}

template <int kShift>
HWY_INLINE Halves sum_widened(const std::uint8_t* a, const std::uint8_t* b) {
  const Halves first = widened<kShift>(a);
  const Halves second = widened<kShift>(b);
  return {hn::Add(first.lower, second.lower), hn::Add(first.upper, second.upper)};
}

HWY_INLINE Halves in_halves(Wide first, Wide second) { return {first, second}; }

HWY_INLINE Halves in_order(const Halves& halves) { return halves; }

HWY_INLINE void store_bytes(const Halves& values, std::uint8_t* out) {
  const hn::Rebind<std::uint8_t, WideTag> d8;
  hn::StoreU(hn::DemoteTo(d8, values.lower), d8, out);
  hn::StoreU(hn::DemoteTo(d8, values.upper), d8, out + hn::Lanes(d8));
}

HWY_INLINE void store_neighbours(Wide first, Wide second, std::uint8_t* out) {
  store_bytes({first, second}, out);
}

#endif

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_BYTE_HALVES_INL_HPP
