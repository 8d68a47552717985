#include "kernels/apply_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/apply_table.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

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

/// A table of 256 as four quarters of four shuffles, each by the lower four bits of the index. But for the
/// first of a quarter, a block is stored as its difference (xor) to the one before it and looked up by an
/// index that is negative where the entry lies before the block: there the shuffle adds nothing. So the
/// differences up to the right block are added up, and the top two bits choose a quarter.
class VectorTable {
 public:
  explicit VectorTable(const PointTable& table) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool starts_quarter = i % kQuarter < kBlock;
      steps_[i] = static_cast<std::uint8_t>(starts_quarter ? table[i] : table[i] ^ table[i - kBlock]);
    }
  }

  HWY_INLINE Bytes operator()(Bytes index) const {
    const ByteTag d8;
    const Bytes in_quarter = hn::And(index, hn::Set(d8, kQuarter - 1));
    Bytes found[4];
    for_each_constant<4>([&](auto n) HWY_ATTR {
      const std::uint8_t* quarter = &steps_[n * kQuarter];
      Bytes from_block = in_quarter;
      found[n] = hn::TableLookupBytesOr0(hn::LoadDup128(d8, quarter), from_block);
      for_each_constant<3>([&](auto before) HWY_ATTR {
        from_block = hn::Sub(from_block, hn::Set(d8, kBlock));
        const Bytes step = hn::LoadDup128(d8, quarter + (before + 1) * kBlock);
        found[n] = hn::Xor(found[n], hn::TableLookupBytesOr0(step, from_block));
      });
    });
    const Bytes bit6 = hn::Add(index, index);
    return choose_if_negative(index, choose_if_negative(bit6, found[3], found[2]),
                              choose_if_negative(bit6, found[1], found[0]));
  }

 private:
  static constexpr std::size_t kBlock = 16;
  static constexpr std::size_t kQuarter = 64;

  HWY_INLINE static Bytes choose_if_negative(Bytes v, Bytes yes, Bytes no) {
    const hn::RebindToSigned<ByteTag> di8;
    return hn::IfThenElse(hn::RebindMask(ByteTag(), hn::Lt(hn::BitCast(di8, v), hn::Zero(di8))), yes, no);
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
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  if (channels != 4) {
    for (; i + lanes <= bytes; i += lanes) hn::StoreU(table(hn::LoadU(d8, in + i)), d8, out + i);
    return i;
  }
  const Bytes mask = colour_mask(channels);
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
