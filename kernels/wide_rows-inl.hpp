// Rows of 16-bit values with a border, and what filters of neighbourhoods do with them. Read once for each
// SIMD target. Working rows have room for one vector past their end, so no loop over them has a tail.
#if defined(FRAMEWRIGHT_KERNELS_WIDE_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_WIDE_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_WIDE_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_WIDE_ROWS_INL_HPP
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/colour_lanes-inl.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/row_ring.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using WideTag = hn::ScalableTag<std::int16_t>;
using Wide = hn::Vec<WideTag>;

template <typename Body, std::size_t... kIndex>
HWY_INLINE void call_for_each(Body& body, std::index_sequence<kIndex...>) {
  (body(std::integral_constant<std::size_t, kIndex>()), ...);
}

/// Calls body with each number below kCount as a constant.
template <std::size_t kCount, typename Body>
HWY_INLINE void for_each_constant(Body body) {
  call_for_each(body, std::make_index_sequence<kCount>());
}

/// A row of pixels and how far it is to be continued on both sides.
struct RowExtent {
  int width_px;
  int channels;
  int radius_px;
  Border border;

  std::size_t pixel_elements() const { return static_cast<std::size_t>(channels); }
  std::size_t row_elements() const { return static_cast<std::size_t>(width_px) * pixel_elements(); }
  std::size_t border_elements() const { return static_cast<std::size_t>(radius_px) * pixel_elements(); }
  std::size_t elements() const { return row_elements() + 2 * border_elements(); }
};

/// Fills the border of a row whose pixels already stand in its middle.
template <typename T>
HWY_INLINE void continue_row(const RowExtent& extent, T* wide) {
  T* pixels = wide + extent.border_elements();
  const auto copy_pixel = [&](int to) HWY_ATTR {
    const int from = border_index(to, extent.width_px, extent.border);
    std::memcpy(pixels + to * extent.channels, pixels + from * extent.channels,
                extent.pixel_elements() * sizeof(T));
  };
  for (int i = 1; i <= extent.radius_px; ++i) {
    copy_pixel(-i);
    copy_pixel(extent.width_px - 1 + i);
  }
}

/// Writes the row with its border as 16-bit values shifted left by kShift.
template <int kShift>
HWY_INLINE void widen_row(const std::uint8_t* row, const RowExtent& extent, std::int16_t* wide) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  const std::size_t count = extent.row_elements();
  std::int16_t* pixels = wide + extent.border_elements();
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto values = hn::PromoteTo(d16, hn::LoadU(d8, row + i));
    hn::StoreU(hn::ShiftLeft<kShift>(values), d16, pixels + i);
  }
  for (; i < count; ++i) pixels[i] = static_cast<std::int16_t>(row[i] << kShift);
  continue_row(extent, wide);
}

/// A row and its neighbours with one pixel of border, so that element 0 stands left of the first pixel.
struct ThreeRows {
  const std::int16_t* above;
  const std::int16_t* middle;
  const std::int16_t* below;
  std::size_t channels;
};

/// Calls body(rows, y) for each row from the top, border Reflect. `scratch` has room for a RowRing of radius
/// 1.
template <typename Body>
HWY_INLINE void for_each_three_rows(const ConstImageView& in, const OutputRows& out, std::byte* scratch,
                                    Body body) {
  const RowExtent extent{in.width_px, in.channels, 1, Border::Reflect};
  const RowRing ring(scratch, extent.elements(), 1);
  for (int below = out.first - 1; below <= out.end; ++below) {
    widen_row<0>(in.row(border_index(below, in.height_px, extent.border)), extent, ring.row(below));
    if (below <= out.first) continue;
    const ThreeRows rows{ring.row(below - 2), ring.row(below - 1), ring.row(below), extent.pixel_elements()};
    body(rows, below - 1);
  }
}

/// Sets out[0, count) to value_at(i), a vector of 16-bit values brought to 0..255 by saturation.
template <typename Function>
HWY_INLINE void store_bytes(std::size_t count, std::uint8_t* out, Function value_at) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::DemoteTo(d8, value_at(i)), d8, out + i);
  if (i == count) return;
  alignas(HWY_MAX_BYTES) std::uint8_t last[HWY_MAX_BYTES];
  hn::StoreU(hn::DemoteTo(d8, value_at(i)), d8, last);
  std::memcpy(out + i, last, count - i);
}

/// Puts the alpha of `in` into `out`; does nothing where there is none.
HWY_INLINE void copy_alpha(const std::uint8_t* in, int width_px, int channels, std::uint8_t* out) {
  if (channels != 4) return;
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  const std::size_t count = static_cast<std::size_t>(width_px) * 4;
  const Bytes mask = colour_mask(channels);
  std::size_t i = 0;
  for (; lanes % 4 == 0 && i + lanes <= count; i += lanes) {
    hn::StoreU(choose(mask, hn::LoadU(d8, out + i), hn::LoadU(d8, in + i)), d8, out + i);
  }
  for (; i < count; i += 4) out[i + 3] = in[i + 3];
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_WIDE_ROWS_INL_HPP
