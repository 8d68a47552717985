#include "kernels/shift_luma.hpp"

#include "kernels/shape.hpp"
#include "kernels/tone_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/shift_luma.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

template <std::size_t kChannels>
void shift_row(const std::uint8_t* in, const std::uint8_t* from, const std::uint8_t* to, std::size_t pixels,
               std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const Bytes old_luma = hn::LoadU(d8, from + i);
    const Bytes new_luma = hn::LoadU(d8, to + i);
    const Bytes up = hn::SaturatedSub(new_luma, old_luma);  // one of the two is 0
    const Bytes down = hn::SaturatedSub(old_luma, new_luma);
    const auto shift = [&](Bytes value)
                           HWY_ATTR { return hn::SaturatedSub(hn::SaturatedAdd(value, up), down); };
    const ColourLanes c = load_colours<kChannels>(in + i * kChannels);
    store_colours<kChannels>({shift(c.red), shift(c.green), shift(c.blue), c.alpha}, out + i * kChannels);
  }
  for (; i < pixels; ++i) {
    const std::uint8_t* pixel = in + i * kChannels;
    std::uint8_t* shifted = out + i * kChannels;
    for (std::size_t c = 0; c < 3; ++c) shifted[c] = shifted_luma(pixel[c], from[i], to[i]);
    if (kChannels == 4) shifted[3] = pixel[3];
  }
}

void shift_rows(const ConstImageView& in, const ConstImageView& from, const ConstImageView& to,
                const ImageView& out) {
  const auto pixels = static_cast<std::size_t>(in.width_px);
  for (int y = 0; y < in.height_px; ++y) {
    if (in.channels == 3) shift_row<3>(in.row(y), from.row(y), to.row(y), pixels, out.row(y));
    if (in.channels == 4) shift_row<4>(in.row(y), from.row(y), to.row(y), pixels, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(shift_rows);

Status shift_luma(const ConstImageView& in, const ConstImageView& from, const ConstImageView& to,
                  const ImageView& out) noexcept {
  const bool is_colour = same_shape(in, out) && in.channels != 1;
  if (!is_colour || !same_shape(from, to) || !same_size(in, from) || from.channels != 1) {
    return Status::BadShape;
  }
  HWY_DYNAMIC_DISPATCH(shift_rows)(in, from, to, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
