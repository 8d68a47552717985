// The two passes of a GaussianKernel, strip by strip, for every filter that needs a blurred picture. Read
// once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
#endif

#include <hwy/cache_control.h>

#include "kernels/gaussian_close_rows-inl.hpp"
#include "kernels/gaussian_spaced_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Rounds a blurred value to a whole number: multiplied by 512 in fifteen bits, that is a shift by kPassBits.
HWY_INLINE Wide round_values(Wide blurred) {
  static_assert(kPassBits == 6);
  return hn::MulFixedPoint15(blurred, hn::Set(WideTag(), 512));
}

/// Stores finish(value, blurred) for values that begin `left` bytes before the end of the strip; `blurred`
/// has kPassBits fractional bits.
template <class Finish>
HWY_INLINE void store_finished(const Halves& blurred, const std::uint8_t* in, std::uint8_t* out,
                               std::size_t left, Finish finish) {
  const auto store = [&](const std::uint8_t* from, std::uint8_t* to) HWY_ATTR {
    const Halves values = widened<0>(from);
    store_bytes({finish(values.lower, blurred.lower), finish(values.upper, blurred.upper)}, to);
  };
  if (halves_elements() <= left) return store(in, out);
  std::uint8_t last[2][HWY_MAX_BYTES] = {};
  std::memcpy(last[0], in, left);
  store(last[0], last[1]);
  std::memcpy(out, last[1], left);
}

/// One strip of a picture that is blurred.
struct BlurredStrip {
  const ConstImageView& in;
  const OutputRows& out;
  const GaussianStrip& strip;

  std::ptrdiff_t first() const { return static_cast<std::ptrdiff_t>(strip.first_px) * strip.channels; }
  const std::uint8_t* from(int y) const { return in.row(y) + first(); }
  std::uint8_t* to(int y) const { return out.picture.row(y) + first(); }

  /// A row to take in, which may lie outside the picture.
  const std::uint8_t* source(int y, Border border) const {
    return from(border_index(y, in.height_px, border));
  }
  HWY_INLINE void prefetch(int y, Border border) const {
    constexpr std::size_t kLineBytes = 64;
    const std::uint8_t* row = source(y, border);
    for (std::size_t i = 0; i < strip.elements(); i += kLineBytes) hwy::Prefetch(row + i);
  }
};

/// `rows` takes in rows from top to bottom, and gives kRowsAtOnce of them blurred. What it makes below the
/// last row, of whatever its ring holds there, is left.
template <class Rows, class Finish>
HWY_INLINE void blur_strip(Rows& rows, const BlurredStrip& blurred, Border border, Finish finish) {
  // Rows of a strip lie too far apart for the processor to see what comes next. Where strips are wide, rows
  // are fetched by and by while others are blurred down: all lines of one at once keep other reads waiting.
  constexpr bool kFetchesByAndBy = Rows::kRowsAtOnce > 1;
  const std::size_t count = blurred.strip.elements();
  int below = blurred.out.first - blurred.strip.reach_px;
  for (int y = blurred.out.first; y < blurred.out.end; y += Rows::kRowsAtOnce) {
    const int end = std::min(y + Rows::kRowsAtOnce, blurred.out.end);
    for (; below < end + blurred.strip.reach_px; ++below) {
      if (!kFetchesByAndBy) blurred.prefetch(below + 1, border);
      rows.add(below);
    }
    const std::uint8_t* soon[Rows::kRowsAtOnce];
    for (int n = 0; n < Rows::kRowsAtOnce; ++n) soon[n] = blurred.source(below + n, border);
    rows.blur_down(y, [&](const Halves(&sums)[Rows::kRowsAtOnce], std::size_t i) HWY_ATTR {
      for_each_constant<Rows::kRowsAtOnce>([&](auto n) HWY_ATTR {
        const int row = y + static_cast<int>(n);
        if (kFetchesByAndBy) hwy::Prefetch(soon[n] + i);
        if (row >= end) return;
        store_finished(sums[n], blurred.from(row) + i, blurred.to(row) + i, count - i, finish);
      });
    });
    for (int row = y; row < end; ++row) {
      copy_alpha(blurred.from(row), blurred.strip.width_px, blurred.strip.channels, blurred.to(row));
    }
  }
}

template <class Rows, class Finish>
void blur_strips_by(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                    const OutputRows& out, std::byte* scratch, Finish finish) {
  GaussianStrip strip = gaussian_strip(in.width_px, in.channels, kernel);
  strip.first_row = out.first;
  strip.end_row = out.end;
  for (; strip.first_px < in.width_px; strip.first_px += strip.width_px) {
    strip.width_px = std::min(strip.width_px, in.width_px - strip.first_px);
    Rows rows(in, kernel, border, strip, scratch);
    blur_strip(rows, {in, out, strip}, border, finish);
  }
}

/// Sets every colour value to finish(value, blurred) brought to 0..255; alpha is copied. Works in strips of
/// columns, because all rows that a column needs then stay in the nearest cache.
template <class Finish>
HWY_INLINE void blur_strips(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                            const OutputRows& out, std::byte* scratch, Finish finish) {
  if (kernel.spacing_px != 1) return blur_strips_by<SpacedRows>(in, kernel, border, out, scratch, finish);
  // 5x5, which most pictures are blurred with: all of its weights fit into registers.
  if (kernel.taps == 2) return blur_strips_by<CloseRows<2>>(in, kernel, border, out, scratch, finish);
  blur_strips_by<CloseRows<0>>(in, kernel, border, out, scratch, finish);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_ROWS_INL_HPP
