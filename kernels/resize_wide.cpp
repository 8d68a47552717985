#include <algorithm>

#include "kernels/resample_tables.hpp"
#include "kernels/resize_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_wide.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using SumTag = hn::ScalableTag<std::int32_t>;

/// sums[i] += row[i] * weight.
void add_row(const std::uint8_t* row, std::int32_t weight, std::size_t count, std::int32_t* sums) {
  const SumTag d32;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const auto factor = hn::Set(d32, weight);
  const std::size_t lanes = hn::Lanes(d32);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto product = hn::Mul(hn::PromoteTo(d32, hn::LoadU(d8, row + i)), factor);
    hn::Store(hn::Add(hn::Load(d32, sums + i), product), d32, sums + i);
  }
  for (; i < count; ++i) sums[i] += row[i] * weight;
}

struct WideAxis {
  int tap_count;
  const std::int32_t* firsts;
  const std::int32_t* weights;

  const std::int32_t* weights_of(int x) const {
    return weights + static_cast<std::size_t>(x) * static_cast<std::size_t>(tap_count);
  }
};

template <int kChannels>
void weigh_across(const std::int32_t* sums, const WideAxis& axis, int width_px, std::uint8_t* out) {
  for (int x = 0; x < width_px; ++x, out += kChannels) {
    const std::int32_t* weights = axis.weights_of(x);
    const std::int32_t* column = sums + axis.firsts[x] * kChannels;
    std::int64_t total[kChannels] = {};
    for (int tap = 0; tap < axis.tap_count; ++tap, column += kChannels) {
      for (int channel = 0; channel < kChannels; ++channel) {
        total[channel] += std::int64_t{column[channel]} * weights[tap];
      }
    }
    for (int channel = 0; channel < kChannels; ++channel) out[channel] = round_wide(total[channel]);
  }
}

void resample_wide(const ConstImageView& in, Interpolation interpolation, const OutputRows& rows,
                   std::byte* scratch) {
  const ImageView& out = rows.picture;
  const ResampleAxis down{interpolation, in.height_px, out.height_px};
  const WideTables tables = wide_tables(in, interpolation, out, scratch);
  const std::size_t count = static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.channels);
  const int taps_down = tap_count(down);
  auto* const sums = tables.sums;
  auto* const row_weights = tables.row_weights;
  const WideAxis columns{tap_count({interpolation, in.width_px, out.width_px}), tables.firsts,
                         tables.weights};
  for (int y = rows.first; y < rows.end; ++y) {
    const int first = weigh_taps(down, y, kWideOne, row_weights);
    std::fill_n(sums, count, 0);
    for (int tap = 0; tap < taps_down; ++tap) add_row(in.row(first + tap), row_weights[tap], count, sums);
    if (in.channels == 1) weigh_across<1>(sums, columns, out.width_px, out.row(y));
    if (in.channels == 3) weigh_across<3>(sums, columns, out.width_px, out.row(y));
    if (in.channels == 4) weigh_across<4>(sums, columns, out.width_px, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(resample_wide);

void resize_wide(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                 std::byte* scratch) {
  HWY_DYNAMIC_DISPATCH(resample_wide)(in, interpolation, out, scratch);
}

}  // namespace framewright::kernels
#endif
