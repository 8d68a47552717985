#include "kernels/pixelate.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pixelate.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// sums[i] += row[i].
void add_bytes(const std::uint8_t* row, std::size_t count, std::uint16_t* sums) {
  const hn::ScalableTag<std::uint16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto bytes = hn::PromoteTo(d16, hn::LoadU(d8, row + i));
    hn::Store(hn::Add(hn::Load(d16, sums + i), bytes), d16, sums + i);
  }
  for (; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + row[i]);
}

/// One row of squares from the sums of its columns.
template <int kChannels>
void mean_blocks(const std::uint16_t* sums, int width_px, int block_px, int rows, std::uint8_t* out) {
  for (int left = 0; left < width_px; left += block_px) {
    const int columns = std::min(block_px, width_px - left);
    std::uint32_t total[kChannels] = {};
    for (int x = 0; x < columns; ++x, sums += kChannels) {
      for (int channel = 0; channel < kChannels; ++channel) total[channel] += sums[channel];
    }
    const auto area = static_cast<std::uint32_t>(columns * rows);
    std::uint8_t mean[kChannels];
    for (int channel = 0; channel < kChannels; ++channel) {
      mean[channel] = static_cast<std::uint8_t>((2 * total[channel] + area) / (2 * area));
    }
    for (int x = 0; x < columns; ++x, out += kChannels) std::memcpy(out, mean, kChannels);
  }
}

template <int kChannels>
void pixelate_rows(const ConstImageView& in, int block_px, const ImageView& out, std::uint16_t* sums) {
  const std::size_t count = static_cast<std::size_t>(in.width_px) * kChannels;
  for (int top = 0; top < in.height_px; top += block_px) {
    const int rows = std::min(block_px, in.height_px - top);
    std::fill_n(sums, count, std::uint16_t{0});
    for (int y = top; y < top + rows; ++y) add_bytes(in.row(y), count, sums);
    mean_blocks<kChannels>(sums, in.width_px, block_px, rows, out.row(top));
    for (int y = top + 1; y < top + rows; ++y) std::memcpy(out.row(y), out.row(top), count);
  }
}

void pixelate_picture(const ConstImageView& in, int block_px, const ImageView& out, std::uint16_t* sums) {
  if (in.channels == 1) pixelate_rows<1>(in, block_px, out, sums);
  if (in.channels == 3) pixelate_rows<3>(in, block_px, out, sums);
  if (in.channels == 4) pixelate_rows<4>(in, block_px, out, sums);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(pixelate_picture);

std::size_t pixelate_scratch_bytes(int width_px, int channels) {
  return scratch_row_bytes<std::uint16_t>(static_cast<std::size_t>(width_px) *
                                          static_cast<std::size_t>(channels));
}

Status pixelate(const ConstImageView& in, int block_size_px, const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const bool is_in_range = block_size_px >= 1 && block_size_px <= kPixelateMaxBlock;
  if (!is_in_range || scratch.size_bytes < pixelate_scratch_bytes(in.width_px, in.channels)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(pixelate_picture)
  (in, block_size_px, out, reinterpret_cast<std::uint16_t*>(scratch.bytes));
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
