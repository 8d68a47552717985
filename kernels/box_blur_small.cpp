#include "kernels/box_blur_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/box_blur_small.cpp"
#include <hwy/foreach_target.h>

#include "kernels/column_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Moves the sums of columns down to the row. The last few are moved one by one, because rows of pixels end
/// where they end.
void slide_row(const SlidingRow& row, std::size_t count, std::uint16_t* columns) {
  const SumTag d16;
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(slide(row, i, hn::LoadU(d16, columns + i)), d16, columns + i);
  }
  for (; i < count; ++i) columns[i] = static_cast<std::uint16_t>(columns[i] + row.added[i] - row.removed[i]);
}

/// Division of a sum below 256 * count by an odd count up to 15 * 15, to nearest. One product of 16 bits is
/// exact there: a test goes through every mean.
class SmallMean {
 public:
  explicit SmallMean(int count) : half_(static_cast<std::uint16_t>(count / 2)) {
    while (count >> (shift_ + 1) != 0) ++shift_;
    factor_ = static_cast<std::uint16_t>(((0x10000 << shift_) + count - 1) / count);
  }

  HWY_INLINE Sums rounding() const { return hn::Set(SumTag(), half_); }
  HWY_INLINE Sums operator()(Sums rounded) const {
    return hn::ShiftRightSame(hn::MulHigh(rounded, hn::Set(SumTag(), factor_)), shift_);
  }

 private:
  std::uint16_t half_;
  int shift_ = 0;
  std::uint16_t factor_;
};

/// Vectors that are summed together.
inline constexpr std::size_t kTogether = 4;
static_assert(kTogether * HWY_MAX_BYTES / sizeof(std::uint16_t) <= kBoxBlurSpareElements);

/// Means of kTogether vectors of squares whose first columns are given.
HWY_INLINE void store_means(const SmallMean& mean, int kernel_size_px, std::ptrdiff_t channels,
                            const std::uint16_t* columns, std::uint8_t* out) {
  const SumTag d16;
  const hn::Rebind<std::int16_t, SumTag> signed16;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const std::size_t lanes = hn::Lanes(d16);
  Sums a = mean.rounding(), b = a, c = a, d = a;
  for (int i = 0; i < kernel_size_px; ++i, columns += channels) {
    a = hn::Add(a, hn::LoadU(d16, columns));
    b = hn::Add(b, hn::LoadU(d16, columns + lanes));
    c = hn::Add(c, hn::LoadU(d16, columns + 2 * lanes));
    d = hn::Add(d, hn::LoadU(d16, columns + 3 * lanes));
  }
  hn::StoreU(hn::DemoteTo(d8, hn::BitCast(signed16, mean(a))), d8, out);
  hn::StoreU(hn::DemoteTo(d8, hn::BitCast(signed16, mean(b))), d8, out + lanes);
  hn::StoreU(hn::DemoteTo(d8, hn::BitCast(signed16, mean(c))), d8, out + 2 * lanes);
  hn::StoreU(hn::DemoteTo(d8, hn::BitCast(signed16, mean(d))), d8, out + 3 * lanes);
}

void blur_small(const ConstImageView& in, int kernel_size_px, const OutputRows& rows, std::byte* scratch) {
  const ImageView& out = rows.picture;
  const RowExtent extent{in.width_px, in.channels, kernel_size_px / 2, Border::Reflect};
  const SmallMean mean(kernel_size_px * kernel_size_px);
  auto* wide = reinterpret_cast<std::uint16_t*>(scratch);
  std::uint16_t* columns = wide + extent.border_elements();
  const std::size_t count = extent.row_elements();
  const std::size_t step = kTogether * hn::Lanes(SumTag());
  start_columns(in, extent, rows.first, columns);
  for (int y = rows.first; y < rows.end; ++y) {
    slide_row(sliding_row(in, extent, y), count, columns);
    continue_row(extent, wide);
    std::size_t i = 0;
    for (; i + step <= count; i += step) {
      store_means(mean, kernel_size_px, in.channels, wide + i, out.row(y) + i);
    }
    if (i < count) {
      std::uint8_t last[kTogether * HWY_MAX_BYTES];
      store_means(mean, kernel_size_px, in.channels, wide + i, last);
      std::memcpy(out.row(y) + i, last, count - i);
    }
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur_small);

std::size_t box_blur_small_scratch_bytes(int width_px, int channels, int kernel_size_px) {
  const auto row = static_cast<std::size_t>((width_px + kernel_size_px - 1) * channels);
  return scratch_row_bytes<std::uint16_t>(row + kBoxBlurSpareElements);
}

void box_blur_small(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch) {
  HWY_DYNAMIC_DISPATCH(blur_small)(in, kernel_size_px, out, scratch);
}

}  // namespace framewright::kernels
#endif
