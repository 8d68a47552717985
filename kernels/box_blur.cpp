#include "kernels/box_blur.hpp"

#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/box_blur.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// columns[i] += added[i] - removed[i]; a sum of a column is at most 255 * 255, so 16 bits hold it.
HWY_INLINE void slide_columns(const std::uint8_t* added, const std::uint8_t* removed, std::size_t count,
                              std::uint16_t* columns) {
  const hn::ScalableTag<std::uint16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto more = hn::Add(hn::LoadU(d16, columns + i), hn::PromoteTo(d16, hn::LoadU(d8, added + i)));
    hn::StoreU(hn::Sub(more, hn::PromoteTo(d16, hn::LoadU(d8, removed + i))), d16, columns + i);
  }
  for (; i < count; ++i) columns[i] = static_cast<std::uint16_t>(columns[i] + added[i] - removed[i]);
}

/// Sums of columns around the row above the picture, so that the first slide moves them to row 0.
void start_columns(const ConstImageView& in, const RowExtent& extent, std::uint16_t* columns) {
  std::fill_n(columns, extent.row_elements(), std::uint16_t{0});
  for (int y = -extent.radius_px - 1; y < extent.radius_px; ++y) {
    const std::uint8_t* row = in.row(border_index(y, in.height_px, extent.border));
    for (std::size_t i = 0; i < extent.row_elements(); ++i) {
      columns[i] = static_cast<std::uint16_t>(columns[i] + row[i]);
    }
  }
}

/// Running sums along the row, one for each channel.
template <std::size_t kChannels>
void sum_squares(const RowExtent& extent, const std::uint16_t* columns, std::int32_t* squares) {
  const std::size_t window = 2 * extent.border_elements();
  std::int32_t sum[kChannels] = {};
  for (std::size_t i = 0; i < window; ++i) sum[i % kChannels] += columns[i];
  for (std::size_t i = 0; i < extent.row_elements(); i += kChannels) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      sum[c] += columns[i + window + c];
      squares[i + c] = sum[c];
      sum[c] -= columns[i + c];
    }
  }
}

using SumTag = hn::ScalableTag<std::int32_t>;

/// Exact division of sums below 2^24 by an odd count: by float, which is at most one off, then put right.
class Mean {
 public:
  explicit Mean(int count) : count_(count), reciprocal_(1.0f / static_cast<float>(count)) {}

  HWY_INLINE hn::Vec<SumTag> operator()(hn::Vec<SumTag> sum) const {
    const SumTag d32;
    const hn::Rebind<float, SumTag> df;
    const auto count = hn::Set(d32, count_);
    const auto numerator = hn::Add(sum, hn::Set(d32, count_ / 2));
    const auto guess = hn::ConvertTo(d32, hn::Mul(hn::ConvertTo(df, numerator), hn::Set(df, reciprocal_)));
    const auto rest = hn::Sub(numerator, hn::Mul(guess, count));
    const auto too_small = hn::VecFromMask(d32, hn::Gt(rest, hn::Set(d32, count_ - 1)));  // -1 where it is
    const auto too_large = hn::VecFromMask(d32, hn::Lt(rest, hn::Zero(d32)));
    return hn::Add(hn::Sub(guess, too_small), too_large);
  }

 private:
  int count_;
  float reciprocal_;
};

HWY_INLINE void store_means(const Mean& mean, const std::int32_t* squares, std::size_t count,
                            std::uint8_t* out) {
  const SumTag d32;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const std::size_t lanes = hn::Lanes(d32);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::DemoteTo(d8, mean(hn::Load(d32, squares + i))), d8, out + i);
  }
  if (i == count) return;
  alignas(HWY_MAX_BYTES) std::uint8_t last[HWY_MAX_BYTES];
  hn::StoreU(hn::DemoteTo(d8, mean(hn::Load(d32, squares + i))), d8, last);
  std::memcpy(out + i, last, count - i);
}

void blur_box(const ConstImageView& in, int kernel_size_px, const ImageView& out, std::byte* scratch) {
  const RowExtent extent{in.width_px, in.channels, kernel_size_px / 2, Border::Reflect};
  auto* wide = reinterpret_cast<std::uint16_t*>(scratch);
  auto* squares =
      reinterpret_cast<std::int32_t*>(scratch + scratch_row_bytes<std::uint16_t>(extent.elements()));
  const Mean mean(kernel_size_px * kernel_size_px);
  std::uint16_t* columns = wide + extent.border_elements();
  start_columns(in, extent, columns);
  for (int y = 0; y < in.height_px; ++y) {
    const int added = border_index(y + extent.radius_px, in.height_px, extent.border);
    const int removed = border_index(y - extent.radius_px - 1, in.height_px, extent.border);
    slide_columns(in.row(added), in.row(removed), extent.row_elements(), columns);
    continue_row(extent, wide);
    if (in.channels == 1) sum_squares<1>(extent, wide, squares);
    if (in.channels == 3) sum_squares<3>(extent, wide, squares);
    if (in.channels == 4) sum_squares<4>(extent, wide, squares);
    store_means(mean, squares, extent.row_elements(), out.row(y));
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur_box);

std::size_t box_blur_scratch_bytes(int width_px, int channels, int kernel_size_px) noexcept {
  const auto row = static_cast<std::size_t>(width_px * channels);
  const auto borders = static_cast<std::size_t>((kernel_size_px - 1) * channels);
  return scratch_row_bytes<std::uint16_t>(row + borders) + scratch_row_bytes<std::int32_t>(row);
}

Status box_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_box_blur_size(kernel_size_px) ||
      scratch.size_bytes < box_blur_scratch_bytes(in.width_px, in.channels, kernel_size_px)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(blur_box)(in, kernel_size_px, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
