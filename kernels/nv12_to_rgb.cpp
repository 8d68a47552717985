#include "kernels/nv12_to_rgb.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/pixel_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/nv12_to_rgb.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// What the chroma of a pair of pixels adds to one colour of both, as 32-bit sums.
struct ChromaShare {
  Words lower;
  Words upper;
};

HWY_INLINE ChromaShare chroma_share(const Pairs& cb_cr, int from_cb, int from_cr) {
  // 16525, the largest weight, still fits 16 bits.
  const Shorts weights = pair_weights(from_cb, from_cr);
  return {multiply_pairs(cb_cr.lower, weights), multiply_pairs(cb_cr.upper, weights)};
}

/// Luma of the even or the odd pixels with the chroma that they share, brought to 0..255.
HWY_INLINE Shorts colour_values(Shorts luma, const ChromaShare& share) {
  const Pairs luma_one = pair_up(luma, hn::Set(ShortTag(), 1));
  const Shorts weights = pair_weights(kLumaWeight, 4096);
  const Words lower = hn::Add(multiply_pairs(luma_one.lower, weights), share.lower);
  const Words upper = hn::Add(multiply_pairs(luma_one.upper, weights), share.upper);
  const Shorts value = unpair(hn::ShiftRight<13>(lower), hn::ShiftRight<13>(upper));
  return hn::Max(hn::Zero(ShortTag()), hn::Min(value, hn::Set(ShortTag(), 255)));
}

/// Even and odd pixels of a pair have the same chroma, so the bytes of Y split as Cb and Cr do.
std::size_t convert_vectors(const std::uint8_t* y, const std::uint8_t* cbcr, std::uint8_t* rgb,
                            std::size_t pixels) {
  const ByteTag d8;
  const ShortTag d16;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const EvenOdd luma = split(hn::LoadU(d8, y + i));
    const EvenOdd chroma = split(hn::LoadU(d8, cbcr + i));
    const auto even = hn::Sub(luma.even, hn::Set(d16, 16));
    const auto odd = hn::Sub(luma.odd, hn::Set(d16, 16));
    const Pairs cb_cr =
        pair_up(hn::Sub(chroma.even, hn::Set(d16, 128)), hn::Sub(chroma.odd, hn::Set(d16, 128)));
    const auto colour = [&](int from_cb, int from_cr) HWY_ATTR {
      const ChromaShare share = chroma_share(cb_cr, from_cb, from_cr);
      return join({colour_values(even, share), colour_values(odd, share)});
    };
    store_colours<3>(
        {colour(0, kRedFromCr), colour(kGreenFromCb, kGreenFromCr), colour(kBlueFromCb, 0), hn::Zero(d8)},
        rgb + i * 3);
  }
  return i;
}

#else

std::size_t convert_vectors(const std::uint8_t*, const std::uint8_t*, std::uint8_t*, std::size_t) {
  return 0;
}

#endif

void convert_nv12(const Nv12View& nv12, const ImageView& rgb) {
  const auto width = static_cast<std::size_t>(rgb.width_px);
  for (int row = 0; row < rgb.height_px; ++row) {
    const std::uint8_t* y = nv12.y + row * nv12.y_pitch_bytes;
    const std::uint8_t* cbcr = nv12.cbcr + (row / 2) * nv12.cbcr_pitch_bytes;
    std::uint8_t* to = rgb.row(row);
    for (std::size_t x = convert_vectors(y, cbcr, to, width); x < width; ++x) {
      yuv_to_rgb(y[x], cbcr[x / 2 * 2], cbcr[x / 2 * 2 + 1], to + 3 * x);
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(convert_nv12);

Status nv12_to_rgb(const Nv12View& nv12, const ImageView& rgb) noexcept {
  if (!fits_together(nv12, rgb)) return Status::BadShape;
  HWY_DYNAMIC_DISPATCH(convert_nv12)(nv12, rgb);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
