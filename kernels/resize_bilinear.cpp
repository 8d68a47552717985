#include "kernels/resample_math.hpp"
#include "kernels/resize_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_bilinear.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Interpolates one input row across, keeping kPassBits fractional bits. Taps are in elements, not pixels.
template <int kChannels>
void interpolate_across(const std::uint8_t* row, const LinearTap* taps, int width_px, std::int16_t* out) {
  for (int x = 0; x < width_px; ++x) {
    const LinearTap tap = taps[x];
    for (int c = 0; c < kChannels; ++c) {
      const int first = row[tap.first + c] << kPassBits;
      const int second = row[tap.second + c] << kPassBits;
      out[x * kChannels + c] = static_cast<std::int16_t>(between(first, second, tap.weight_q15));
    }
  }
}

void interpolate_row(const std::uint8_t* row, const LinearTap* taps, const ImageView& out,
                     std::int16_t* wide) {
  if (out.channels == 1) interpolate_across<1>(row, taps, out.width_px, wide);
  if (out.channels == 3) interpolate_across<3>(row, taps, out.width_px, wide);
  if (out.channels == 4) interpolate_across<4>(row, taps, out.width_px, wide);
}

void interpolate_down(const std::int16_t* first, const std::int16_t* second, int weight_q15,
                      std::size_t count, std::uint8_t* out) {
  const WideTag d16;
  const Wide weight = hn::Set(d16, static_cast<std::int16_t>(weight_q15));
  const Wide half = hn::Set(d16, 1 << (kPassBits - 1));
  store_bytes(count, out, [&](std::size_t i) HWY_ATTR {
    const Wide from = hn::Load(d16, first + i);
    const Wide step = hn::MulFixedPoint15(hn::Sub(hn::Load(d16, second + i), from), weight);
    return hn::ShiftRight<kPassBits>(hn::Add(hn::Add(from, step), half));
  });
}

void interpolate(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  const std::size_t count = static_cast<std::size_t>(out.width_px) * static_cast<std::size_t>(out.channels);
  auto* taps = reinterpret_cast<LinearTap*>(scratch);
  for (int x = 0; x < out.width_px; ++x) {
    const LinearTap tap = linear_tap(x, in.width_px, out.width_px);
    taps[x] = {tap.first * in.channels, tap.second * in.channels, tap.weight_q15};
  }
  // Two rows that are asked for together are neighbours, so each has its place by parity.
  std::byte* rows = scratch + scratch_row_bytes<LinearTap>(static_cast<std::size_t>(out.width_px));
  int held[2] = {-1, -1};
  const auto wide_row = [&](int y) HWY_ATTR {
    const int slot = y % 2;
    auto* wide =
        reinterpret_cast<std::int16_t*>(rows + (slot == 0 ? 0 : scratch_row_bytes<std::int16_t>(count)));
    if (held[slot] != y) interpolate_row(in.row(y), taps, out, wide);
    held[slot] = y;
    return wide;
  };
  for (int y = 0; y < out.height_px; ++y) {
    const LinearTap tap = linear_tap(y, in.height_px, out.height_px);
    const std::int16_t* first = wide_row(tap.first);
    interpolate_down(first, wide_row(tap.second), tap.weight_q15, count, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(interpolate);

std::size_t resize_bilinear_scratch_bytes(const ConstImageView&, const ConstImageView& out) {
  const auto width = static_cast<std::size_t>(out.width_px);
  return scratch_row_bytes<LinearTap>(width) +
         2 * scratch_row_bytes<std::int16_t>(width * static_cast<std::size_t>(out.channels));
}

void resize_bilinear(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  HWY_DYNAMIC_DISPATCH(interpolate)(in, out, scratch);
}

}  // namespace framewright::kernels
#endif
