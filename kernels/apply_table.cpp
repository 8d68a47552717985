#include "kernels/apply_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/apply_table.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3_DL

/// A table of 256 as four vectors: two shuffles, each over 128 entries, and the top bit of the index between
/// them.
class VectorTable {
 public:
  explicit VectorTable(const PointTable& table) {
    for (std::size_t i = 0; i < 4; ++i) part_[i] = hn::LoadU(ByteTag(), &table[64 * i]);
  }

  HWY_INLINE Bytes operator()(Bytes index) const {
    const Bytes lower{_mm512_permutex2var_epi8(part_[0].raw, index.raw, part_[1].raw)};
    const Bytes upper{_mm512_permutex2var_epi8(part_[2].raw, index.raw, part_[3].raw)};
    return hn::IfThenElse(hn::MaskFromVec(index), upper, lower);
  }

 private:
  Bytes part_[4];
};

// Elsewhere the vector path needs a byte shuffle that reads the low four bits of every index whose top bit is
// clear, which is what x86 has; other machines, and Highway's emulation, look up byte by byte.
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

/// A table of 256 as 16 shuffles, each by the lower half of the index. Of two neighbouring blocks the second
/// is stored as its difference (xor) to the first, and looked up by an index that is negative where bit 4 is
/// not set: then the shuffle adds nothing. The other bits choose between pairs.
class VectorTable {
 public:
  explicit VectorTable(const PointTable& table) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool starts_pair = i % 32 < 16;
      steps_[i] = static_cast<std::uint8_t>(starts_pair ? table[i] : table[i] ^ table[i - 16]);
    }
  }

  HWY_INLINE Bytes operator()(Bytes index) const {
    const ByteTag d8;
    const Bytes lower = hn::And(index, hn::Set(d8, 15));
    const Bytes bit6 = hn::Add(index, index);
    const Bytes bit5 = hn::Add(bit6, bit6);
    const Bytes no_bit4 = hn::AndNot(hn::Add(bit5, bit5), hn::Set(d8, 0x80));
    return found_in<0, 8>(
        {lower, hn::Or(lower, no_bit4), is_negative(bit5), is_negative(bit6), is_negative(index)});
  }

 private:
  using Mask = hn::Mask<ByteTag>;

  struct Places {
    Bytes lower;
    Bytes lower_if_bit4;
    Mask bit5;
    Mask bit6;
    Mask bit7;
  };

  HWY_INLINE static Mask is_negative(Bytes v) {
    const hn::RebindToSigned<ByteTag> di8;
    return hn::RebindMask(ByteTag(), hn::Lt(hn::BitCast(di8, v), hn::Zero(di8)));
  }

  /// What is found in `kPairs` pairs of blocks.
  template <std::size_t kFirst, std::size_t kPairs>
  HWY_INLINE Bytes found_in(const Places& places) const {
    const ByteTag d8;
    if constexpr (kPairs == 1) {
      const Bytes first = hn::LoadDup128(d8, &steps_[32 * kFirst]);
      const Bytes second = hn::LoadDup128(d8, &steps_[32 * kFirst + 16]);
      return hn::Xor(hn::TableLookupBytesOr0(first, places.lower),
                     hn::TableLookupBytesOr0(second, places.lower_if_bit4));
    } else {
      const Bytes low = found_in<kFirst, kPairs / 2>(places);
      const Bytes high = found_in<kFirst + kPairs / 2, kPairs / 2>(places);
      return hn::IfThenElse(kPairs == 2 ? places.bit5 : kPairs == 4 ? places.bit6 : places.bit7, high, low);
    }
  }

  alignas(16) std::array<std::uint8_t, 256> steps_;
};

#else

class VectorTable {
 public:
  explicit VectorTable(const PointTable&) {}
};

#endif

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

std::size_t look_up_vectors(const VectorTable& table, int channels, const std::uint8_t* in, std::uint8_t* out,
                            std::size_t bytes) {
  const ByteTag d8;
  const Bytes mask = colour_mask(channels);
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= bytes; i += lanes) {
    const Bytes value = hn::LoadU(d8, in + i);
    hn::StoreU(choose(mask, table(value), value), d8, out + i);
  }
  return i;
}

#else

std::size_t look_up_vectors(const VectorTable&, int, const std::uint8_t*, std::uint8_t*, std::size_t) {
  return 0;
}

#endif

void look_up_bytes(const ConstImageView& in, const PointTable& table, const ImageView& out) {
  const VectorTable vector_table(table);
  const PackedRows packed = packed_rows(in, out);
  const std::size_t bytes = packed.pixels * static_cast<std::size_t>(in.channels);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = look_up_vectors(vector_table, in.channels, from, to, bytes); i < bytes; ++i) {
      const bool is_alpha = in.channels == 4 && i % 4 == 3;
      to[i] = is_alpha ? from[i] : table[from[i]];
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(look_up_bytes);

Status apply_table(const ConstImageView& in, const PointTable& table, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  HWY_DYNAMIC_DISPATCH(look_up_bytes)(in, table, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
