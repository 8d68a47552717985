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

/// A table of 256 as 16 shuffles. Each entry of block k is stored as its difference (xor) to the entry of
/// block k - 1; the index counts down by 16 from block to block, and once it is negative the shuffle adds
/// nothing more. A signed byte reaches only half of the blocks, so the upper half is a second chain on the
/// index with its top bit flipped.
class VectorTable {
 public:
  explicit VectorTable(const PointTable& table) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool starts_chain = i % 128 < 16;
      steps_[i] = static_cast<std::uint8_t>(starts_chain ? table[i] : table[i] ^ table[i - 16]);
    }
  }

  HWY_INLINE Bytes operator()(Bytes index) const {
    const Bytes upper = hn::Xor(index, hn::Set(ByteTag(), 0x80));
    return hn::Xor(half(&steps_[0], index), half(&steps_[128], upper));
  }

 private:
  HWY_INLINE static Bytes half(const std::uint8_t* steps, Bytes index) {
    const ByteTag d8;
    const hn::RebindToSigned<ByteTag> di8;
    auto left = hn::BitCast(di8, index);
    Bytes value = hn::TableLookupBytesOr0(hn::LoadDup128(d8, steps), hn::BitCast(d8, left));
    for (std::size_t block = 1; block < 8; ++block) {
      left = hn::SaturatedSub(left, hn::Set(di8, 16));
      const Bytes step = hn::LoadDup128(d8, steps + 16 * block);
      value = hn::Xor(value, hn::TableLookupBytesOr0(step, hn::BitCast(d8, left)));
    }
    return value;
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
