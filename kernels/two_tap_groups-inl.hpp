// Resizing by two taps on each axis, whose places fit into a table of bytes: straight from bytes to bytes.
// Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_TWO_TAP_GROUPS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_TWO_TAP_GROUPS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_TWO_TAP_GROUPS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_TWO_TAP_GROUPS_INL_HPP
#endif

#include <cstring>

#include <hwy/highway.h>

#include "kernels/resample_tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

// Bytes are picked in blocks of 16; their sums fill as many lanes, or two vectors of half as many.
using BlockTag = hn::Full128<std::uint8_t>;
using Block = hn::Vec<BlockTag>;
using TapTag = hn::CappedTag<std::int16_t, 16>;
using Taps = hn::Vec<TapTag>;

/// The part of 16 bytes that begins at `first`, with kPassBits fractional bits.
template <class D>
HWY_INLINE hn::Vec<D> widened_part(D d16, Block bytes, std::size_t first) {
  const hn::Rebind<std::uint8_t, D> d8;
  if constexpr (hn::MaxLanes(D()) == 16) {
    return hn::ShiftLeft<kPassBits>(hn::PromoteTo(d16, bytes));
  } else {
    const auto part = first == 0 ? hn::LowerHalf(d8, bytes) : hn::UpperHalf(d8, bytes);
    return hn::ShiftLeft<kPassBits>(hn::PromoteTo(d16, part));
  }
}

/// As weigh_narrow() for two taps.
HWY_INLINE Taps weighed_two(Taps heavier, Taps heavier_weight, Taps lighter, Taps lighter_weight) {
  const Taps products =
      hn::Add(hn::MulFixedPoint15(heavier, heavier_weight), hn::MulFixedPoint15(lighter, lighter_weight));
  return hn::Add(heavier, products);
}

/// 32 elements of an input row.
struct TapElements {
  explicit HWY_INLINE TapElements(const std::uint8_t* row)
      : first(hn::LoadU(BlockTag(), row)), second(hn::LoadU(BlockTag(), row + 16)) {}

  HWY_INLINE Block picked(const TwoTapGroup::Places& places) const {
    const BlockTag d;
    return hn::Or(hn::TableLookupBytesOr0(first, hn::Load(d, places.in_first)),
                  hn::TableLookupBytesOr0(second, hn::Load(d, places.in_second)));
  }

  Block first;
  Block second;
};

/// What an output row is weighed from, down the columns.
struct TwoRows {
  TwoRows(const ConstImageView& in, const NarrowTaps& taps)
      : heavier(in.row(taps.first + taps.heaviest)),
        lighter(in.row(taps.first + 1 - taps.heaviest)),
        heavier_weight(hn::Set(TapTag(), static_cast<std::int16_t>(taps.weights[taps.heaviest]))),
        lighter_weight(hn::Set(TapTag(), static_cast<std::int16_t>(taps.weights[1 - taps.heaviest]))) {}

  HWY_INLINE Taps weighed_down(Block from_heavier, Block from_lighter, std::size_t first) const {
    const TapTag d16;
    return weighed_two(widened_part(d16, from_heavier, first), heavier_weight,
                       widened_part(d16, from_lighter, first), lighter_weight);
  }

  const std::uint8_t* heavier;
  const std::uint8_t* lighter;
  Taps heavier_weight;
  Taps lighter_weight;
};

HWY_INLINE void resample_group(const TwoRows& rows, const TwoTapGroup& group, std::uint8_t* out) {
  const TapTag d16;
  const hn::Rebind<std::uint8_t, TapTag> d8;
  const TapElements from_heavier(rows.heavier + group.begin);
  const TapElements from_lighter(rows.lighter + group.begin);
  const Block heavier_taps[2] = {from_heavier.picked(group.heavier), from_lighter.picked(group.heavier)};
  const Block lighter_taps[2] = {from_heavier.picked(group.lighter), from_lighter.picked(group.lighter)};
  for (std::size_t first = 0; first < 16; first += hn::Lanes(d16)) {
    const Taps heavier = rows.weighed_down(heavier_taps[0], heavier_taps[1], first);
    const Taps lighter = rows.weighed_down(lighter_taps[0], lighter_taps[1], first);
    const Taps sum = weighed_two(heavier, hn::Load(d16, group.heavier_weights + first), lighter,
                                 hn::Load(d16, group.lighter_weights + first));
    const Taps rounded = hn::ShiftRight<kPassBits>(hn::Add(sum, hn::Set(d16, 1 << (kPassBits - 1))));
    hn::StoreU(hn::DemoteTo(d8, rounded), d8, out + first);
  }
}

void resample_groups(const ConstImageView& in, const NarrowTables& tables, const OutputRows& rows) {
  const ImageView& out = rows.picture;
  const auto count = static_cast<std::size_t>(out.width_px * out.channels);
  for (int y = rows.first; y < rows.end; ++y) {
    const TwoRows from(in, tables.down.taps(y));
    std::uint8_t* const to = out.row(y);
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) resample_group(from, tables.groups[i / 16], to + i);
    if (i == count) continue;
    std::uint8_t last[16];
    resample_group(from, tables.groups[i / 16], last);
    std::memcpy(to + i, last, count - i);
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_TWO_TAP_GROUPS_INL_HPP
