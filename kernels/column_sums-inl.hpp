// Sums of a column's neighbours in 16 bits, which hold 257 bytes. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_COLUMN_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_COLUMN_SUMS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_COLUMN_SUMS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_COLUMN_SUMS_INL_HPP
#endif

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using SumTag = hn::ScalableTag<std::uint16_t>;
using Sums = hn::Vec<SumTag>;

/// columns[i] += row[i].
HWY_INLINE void add_to_columns(const std::uint8_t* row, std::size_t count, std::uint16_t* columns) {
  const SumTag d16;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  const std::size_t whole = count - count % lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    const Sums more = hn::PromoteTo(d16, hn::LoadU(d8, row + i));
    hn::StoreU(hn::Add(hn::LoadU(d16, columns + i), more), d16, columns + i);
  }
  for (std::size_t i = whole; i < count; ++i) columns[i] = static_cast<std::uint16_t>(columns[i] + row[i]);
}

/// Sums of columns around the row above `first`, so that the first slide moves them there.
HWY_INLINE void start_columns(const ConstImageView& in, const RowExtent& extent, int first,
                              std::uint16_t* columns) {
  std::fill_n(columns, extent.row_elements(), std::uint16_t{0});
  for (int y = first - extent.radius_px - 1; y < first + extent.radius_px; ++y) {
    add_to_columns(in.row(border_index(y, in.height_px, extent.border)), extent.row_elements(), columns);
  }
}

/// The row that enters the sums of columns around row y, and the one that leaves them.
struct SlidingRow {
  const std::uint8_t* added;
  const std::uint8_t* removed;
};

HWY_INLINE SlidingRow sliding_row(const ConstImageView& in, const RowExtent& extent, int y) {
  return {in.row(border_index(y + extent.radius_px, in.height_px, extent.border)),
          in.row(border_index(y - extent.radius_px - 1, in.height_px, extent.border))};
}

HWY_INLINE Sums slide(const SlidingRow& row, std::size_t i, Sums sums) {
  const SumTag d16;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const Sums more = hn::PromoteTo(d16, hn::LoadU(d8, row.added + i));
  return hn::Add(sums, hn::Sub(more, hn::PromoteTo(d16, hn::LoadU(d8, row.removed + i))));
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_COLUMN_SUMS_INL_HPP
