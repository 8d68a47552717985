#include "kernels/resize_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_half.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

using PairTag = hn::RepartitionToWide<ByteTag>;
using HalfTag = hn::Rebind<std::uint8_t, PairTag>;

/// Sums of neighbouring bytes.
HWY_INLINE hn::Vec<PairTag> pair_sums(Bytes bytes) {
  const PairTag d16;
  const auto pairs = hn::BitCast(d16, bytes);
  return hn::Add(hn::And(pairs, hn::Set(d16, 0xFF)), hn::ShiftRight<8>(pairs));
}

/// Means of squares of four.
HWY_INLINE hn::Vec<HalfTag> square_means(Bytes above, Bytes below) {
  const PairTag d16;
  const auto sums = hn::Add(hn::Add(pair_sums(above), pair_sums(below)), hn::Set(d16, 2));
  const hn::RebindToSigned<PairTag> signed_d16;
  return hn::DemoteTo(HalfTag(), hn::BitCast(signed_d16, hn::ShiftRight<2>(sums)));
}

/// Whole vectors of output pixels from the left; returns how many pixels they are.
template <int kChannels>
int halve_vectors(const std::uint8_t* above, const std::uint8_t* below, int width_px, std::uint8_t* out) {
  const ByteTag d8;
  const HalfTag half;
  const int lanes = static_cast<int>(hn::Lanes(half));
  int x = 0;
  for (; x + lanes <= width_px; x += lanes, out += lanes * kChannels) {
    const std::ptrdiff_t at = std::ptrdiff_t{2} * x * kChannels;
    if constexpr (kChannels == 1) {
      hn::StoreU(square_means(hn::LoadU(d8, above + at), hn::LoadU(d8, below + at)), half, out);
    } else {
      const ColourLanes a = load_colours<kChannels>(above + at);
      const ColourLanes b = load_colours<kChannels>(below + at);
      const auto red = square_means(a.red, b.red);
      const auto green = square_means(a.green, b.green);
      const auto blue = square_means(a.blue, b.blue);
      if constexpr (kChannels == 3) {
        hn::StoreInterleaved3(red, green, blue, half, out);
      } else {
        hn::StoreInterleaved4(red, green, blue, square_means(a.alpha, b.alpha), half, out);
      }
    }
  }
  return x;
}

#else

template <int kChannels>
int halve_vectors(const std::uint8_t*, const std::uint8_t*, int, std::uint8_t*) {
  return 0;
}

#endif

template <int kChannels>
void halve_rows(const ConstImageView& in, const OutputRows& rows) {
  const ImageView& out = rows.picture;
  for (int y = rows.first; y < rows.end; ++y) {
    const std::uint8_t* above = in.row(2 * y);
    const std::uint8_t* below = in.row(2 * y + 1);
    const int done_px = halve_vectors<kChannels>(above, below, out.width_px, out.row(y));
    for (int i = done_px * kChannels; i < out.width_px * kChannels; ++i) {
      const int left = i / kChannels * kChannels + i;
      const int sum = above[left] + above[left + kChannels] + below[left] + below[left + kChannels];
      out.row(y)[i] = static_cast<std::uint8_t>((sum + 2) >> 2);
    }
  }
}

void halve(const ConstImageView& in, const OutputRows& out) {
  if (in.channels == 1) halve_rows<1>(in, out);
  if (in.channels == 3) halve_rows<3>(in, out);
  if (in.channels == 4) halve_rows<4>(in, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(halve);

void resize_half(const ConstImageView& in, const OutputRows& out) { HWY_DYNAMIC_DISPATCH(halve)(in, out); }

}  // namespace framewright::kernels
#endif
