// Writes quads (kernels/pixel_quads-inl.hpp) as pixels. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_QUAD_WRITER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_QUAD_WRITER_INL_HPP
#undef FRAMEWRIGHT_KERNELS_QUAD_WRITER_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_QUAD_WRITER_INL_HPP
#endif

#include "kernels/quad_packing-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// Writes quad_step() pixels, whose colours colours_of(part) makes for each of four vectors of quads.
template <int kChannels>
class QuadWriter;

template <>
class QuadWriter<4> {
 public:
  template <typename Function>
  HWY_INLINE void operator()(Function colours_of, std::uint8_t* pixels) const {
    alignas(16) static constexpr std::uint8_t kInterleave[16] = {0, 4, 8,  12, 1, 5, 9,  13,
                                                                 2, 6, 10, 14, 3, 7, 11, 15};
    const QuadByteTag d8;
    const auto order = hn::LoadDup128(d8, kInterleave);
    for (std::size_t i = 0; i < 4; ++i) {
      hn::StoreU(hn::TableLookupBytes(pack_planes(colours_of(i)), order), d8, pixels + i * quad_step());
    }
  }
};

#if HWY_TARGET == HWY_AVX3_DL

/// Packs the blue of all four vectors together, where alpha would leave gaps, and picks bytes out of two
/// vectors at a time.
template <>
class QuadWriter<3> {
 public:
  QuadWriter() {
    alignas(64) std::uint8_t first[64];
    alignas(64) std::uint8_t second[64];
    alignas(64) std::uint8_t second_blue[64];
    alignas(64) std::uint8_t third[64];
    for (std::size_t i = 0; i < 64; ++i) {
      first[i] = place(i);
      second[i] = place(64 + i);
      second_blue[i] = static_cast<std::uint8_t>((64 + i) % 3 == 2 ? place(64 + i) : i);
      third[i] = place(128 + i);
    }
    const QuadByteTag d8;
    first_ = hn::Load(d8, first);
    second_ = hn::Load(d8, second);
    second_blue_ = hn::Load(d8, second_blue);
    third_ = hn::Load(d8, third);
  }

  template <typename Function>
  HWY_INLINE void operator()(Function colours_of, std::uint8_t* pixels) const {
    const QuadByteTag d8;
    const Pair a = packed(colours_of(0), colours_of(1));
    const Pair b = packed(colours_of(2), colours_of(3));
    const QuadBytes blues = pack_shorts(a.blues, b.blues);
    hn::StoreU(picked(a.others, first_, blues), d8, pixels);
    hn::StoreU(picked(picked(a.others, second_, b.others), second_blue_, blues), d8, pixels + 64);
    hn::StoreU(picked(b.others, third_, blues), d8, pixels + 128);
  }

 private:
  /// Two vectors of quads: in each block of `others` four of red and green of either, in each of `blues`
  /// four of either.
  struct Pair {
    QuadBytes others;
    QuadShorts blues;
  };

  HWY_INLINE static Pair packed(const QuadColours& a, const QuadColours& b) {
    return {pack_shorts(pack_words(a.red, a.green), pack_words(b.red, b.green)), pack_words(a.blue, b.blue)};
  }

  /// Where byte `i` of the pixels stands: in a pair's `others`, from 64 on in the second pair's, or, blue,
  /// from 64 on in all blues.
  static std::uint8_t place(std::size_t i) {
    const std::size_t pixel = i / 3;
    const std::size_t part = pixel / 16;
    const std::size_t in_blocks = pixel % 16 / 4 * 16 + pixel % 4;
    const std::size_t colour = i % 3;
    if (colour == 2) return static_cast<std::uint8_t>(64 + in_blocks + part * 4);
    const std::size_t other = in_blocks + part % 2 * 8 + colour * 4;
    const bool is_in_second_vector = part / 2 == 1 && i < 128;
    return static_cast<std::uint8_t>(is_in_second_vector ? 64 + other : other);
  }

  HWY_INLINE static QuadBytes picked(QuadBytes a, QuadBytes places, QuadBytes b) {
    return QuadBytes{_mm512_permutex2var_epi8(a.raw, places.raw, b.raw)};
  }

  QuadBytes first_;
  QuadBytes second_;
  QuadBytes second_blue_;
  QuadBytes third_;
};

#else

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
  }

  HWY_INLINE QuadBytes operator()(QuadBytes planes) const {
    const QuadByteTag d8;
    const QuadIndexTag d;
    const auto pixels = hn::TableLookupBytes(planes, hn::LoadDup128(d8, kInterleave));
    return hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d, pixels), hn::IndicesFromVec(d, words_)));
  }

 private:
  alignas(16) static constexpr std::uint8_t kInterleave[16] = {0,  4, 8, 1,  5,  9,  2,  6,
                                                               10, 3, 7, 11, 15, 15, 15, 15};

  QuadIndex words_;
};

template <>
class QuadWriter<3> {
 public:
  template <typename Function>
  HWY_INLINE void operator()(Function colours_of, std::uint8_t* pixels) const {
    const QuadByteTag d8;
    const std::size_t n = quad_step();
    const auto first = first_(pack_planes(colours_of(0)));
    const auto second = second_(pack_planes(colours_of(1)));
    hn::StoreU(joined(3, first, second), d8, pixels);
    const auto third = third_(pack_planes(colours_of(2)));
    hn::StoreU(joined(2, second, third), d8, pixels + n);
    const auto fourth = fourth_(pack_planes(colours_of(3)));
    hn::StoreU(joined(1, third, fourth), d8, pixels + 2 * n);
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

#endif

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_QUAD_WRITER_INL_HPP
