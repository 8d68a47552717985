#include "kernels/sobel.hpp"

#include "kernels/gradient_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sobel.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gradient_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

using UnsignedTag = hn::Repartition<std::uint16_t, WideTag>;
using Unsigned = hn::Vec<UnsignedTag>;
using RootTag = hn::Repartition<float, WideTag>;

/// Roots of whole numbers below 2^16, off by less than 0.1. Processors do not agree on their approximate
/// roots; outside x86 some are coarser than that.
HWY_INLINE hn::Vec<RootTag> about_root(hn::Vec<RootTag> v) {
#if HWY_ARCH_X86
  return hn::Mul(v, hn::ApproximateReciprocalSqrt(v));
#else
  return hn::Sqrt(v);
#endif
}

/// sqrt(x) to nearest, and anything above 255 where that is more than 255. Half as many operations as an
/// exact root in float: an approximate one is brought down to the answer or one below it, and put right by
/// comparing its square. root + 2^22 has one bit of fraction; so half of its last bits is between root - 0.75
/// and root + 0.25, give or take 0.1.
HWY_INLINE Unsigned rounded_root(Unsigned x) {
  const UnsignedTag d16;
  const RootTag df;
  const WordTag d32;
  const auto twice_root = [&](Words v) HWY_ATTR {
    return hn::BitCast(d32, hn::Add(about_root(hn::ConvertTo(df, v)), hn::Set(df, 4194304.0f)));
  };
  const hn::Repartition<std::uint32_t, WideTag> du32;
  const auto pairs = hn::BitCast(du32, x);
  const Words even = twice_root(hn::BitCast(d32, hn::And(pairs, hn::Set(du32, 0xFFFF))));
  const Words odd = twice_root(hn::BitCast(d32, hn::ShiftRight<16>(pairs)));
  const Unsigned twice = hn::OddEven(hn::BitCast(d16, hn::ShiftLeft<16>(odd)), hn::BitCast(d16, even));
  const Unsigned low = hn::ShiftRight<1>(twice);
  const Unsigned one = hn::Set(d16, 1);
  // The root is nearer to low + 1 just when x > low^2 + low.
  const Unsigned above = hn::SaturatedSub(x, hn::Mul(low, hn::Add(low, one)));
  // 0 has no reciprocal root; whatever came of it, no root of a whole number is larger than the number.
  return hn::Min(hn::Add(low, hn::Min(above, one)), x);
}

/// Everything above 255 becomes 255 in the end, so the sum of squares need not tell more than 2^16 apart.
HWY_INLINE Wide magnitude(const Gradient& g) {
  const WideTag d16;
  const UnsignedTag du16;
  const auto square = [&](Wide v) HWY_ATTR {
    const auto limited = hn::BitCast(du16, hn::Min(hn::Abs(v), hn::Set(d16, 255)));
    return hn::Mul(limited, limited);
  };
  return hn::BitCast(d16, rounded_root(hn::SaturatedAdd(square(g.x), square(g.y))));
}

#else

HWY_INLINE Wide magnitude(const Gradient& g) {
  const int value = rounded_magnitude(hn::GetLane(g.x), hn::GetLane(g.y));
  return hn::Set(WideTag(), static_cast<std::int16_t>(value));
}

#endif

void find_edges(const ConstImageView& in, const OutputRows& rows, std::byte* scratch) {
  const ImageView& out = rows.picture;
  GradientOfRow<1, 2> gradient(in, scratch);
  for (int y = rows.first; y < rows.end; ++y) {
    gradient.move_to(y);
    store_bytes(static_cast<std::size_t>(in.width_px * in.channels), out.row(y),
                [&](std::size_t i) HWY_ATTR { return magnitude(gradient.at(i)); });
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(find_edges);

std::size_t sobel_scratch_bytes(int width_px, int channels) noexcept {
  return GradientRows::bytes(static_cast<std::size_t>(width_px * channels),
                             static_cast<std::size_t>(channels));
}

Status sobel(const ConstImageView& in, const OutputRows& out, Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (scratch.size_bytes < sobel_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  HWY_DYNAMIC_DISPATCH(find_edges)(in, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
