// Gradients of 3x3 neighbourhoods, a row at a time, border Reflect. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GRADIENT_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GRADIENT_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GRADIENT_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GRADIENT_ROWS_INL_HPP
#endif

#include "kernels/gradient_rows.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// gx and gy of a vector of values.
struct Gradient {
  Wide x;
  Wide y;
};

/// kSide * a + kMiddle * b + kSide * c, the smoothing across a gradient.
template <int kSide, int kMiddle>
HWY_INLINE Wide smooth(Wide a, Wide b, Wide c) {
  const WideTag d16;
  const Wide sides = hn::Add(a, c);
  if constexpr (kSide == 1 && kMiddle == 2) return hn::Add(sides, hn::Add(b, b));
  return hn::Add(hn::Mul(sides, hn::Set(d16, kSide)), hn::Mul(b, hn::Set(d16, kMiddle)));
}

/// The gradients with weights [kSide kMiddle kSide] of the rows of one picture.
template <int kSide, int kMiddle>
class GradientOfRow {
 public:
  /// `scratch` has room for GradientRows.
  GradientOfRow(const ConstImageView& in, std::byte* scratch)
      : in_(in),
        extent_{in.width_px, in.channels, 1, Border::Reflect},
        rows_(scratch, extent_.row_elements(), extent_.pixel_elements()) {}

  /// Reads row y and its neighbours.
  HWY_INLINE void move_to(int y) {
    const std::uint8_t* above = in_.row(border_index(y - 1, in_.height_px, Border::Reflect));
    const std::uint8_t* middle = in_.row(y);
    const std::uint8_t* below = in_.row(border_index(y + 1, in_.height_px, Border::Reflect));
    const WideTag d16;
    const std::size_t lanes = hn::Lanes(d16);
    const std::size_t count = extent_.row_elements();
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) combine(d16, above, middle, below, i);
    if (i < count && count >= lanes) {
      combine(d16, above, middle, below, count - lanes);
    } else {
      for (; i < count; ++i) {
        rows_.smooth[i] = static_cast<std::int16_t>(kSide * (above[i] + below[i]) + kMiddle * middle[i]);
        rows_.difference[i] = static_cast<std::int16_t>(above[i] - below[i]);
      }
    }
    continue_row(extent_, rows_.smooth - extent_.border_elements());
    continue_row(extent_, rows_.difference - extent_.border_elements());
  }

  /// Of the values from i on; may run past the end of the row.
  HWY_INLINE Gradient at(std::size_t i) const {
    const WideTag d16;
    const std::ptrdiff_t step = in_.channels;
    const auto load = [&](const std::int16_t* row, std::ptrdiff_t offset)
                          HWY_ATTR { return hn::LoadU(d16, row + i + offset); };
    return {hn::Sub(load(rows_.smooth, -step), load(rows_.smooth, step)),
            smooth<kSide, kMiddle>(load(rows_.difference, -step), load(rows_.difference, 0),
                                   load(rows_.difference, step))};
  }

 private:
  HWY_INLINE void combine(WideTag d16, const std::uint8_t* above, const std::uint8_t* middle,
                          const std::uint8_t* below, std::size_t i) {
    const hn::Rebind<std::uint8_t, WideTag> d8;
    const Wide a = hn::PromoteTo(d16, hn::LoadU(d8, above + i));
    const Wide b = hn::PromoteTo(d16, hn::LoadU(d8, middle + i));
    const Wide c = hn::PromoteTo(d16, hn::LoadU(d8, below + i));
    hn::StoreU(smooth<kSide, kMiddle>(a, b, c), d16, rows_.smooth + i);
    hn::StoreU(hn::Sub(a, c), d16, rows_.difference + i);
  }

  // Given.
  const ConstImageView in_;
  const RowExtent extent_;
  const GradientRows rows_;
};

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GRADIENT_ROWS_INL_HPP
