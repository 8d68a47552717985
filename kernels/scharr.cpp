#include "kernels/scharr.hpp"

#include "kernels/edge_math.hpp"
#include "kernels/gradient_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/scharr.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gradient_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// The root of a whole number below 2^21 that is not a whole number is never so near to one that a float
/// could round it wrongly.
HWY_INLINE Wide magnitude(const Gradient& g) {
  const WideTag d16;
  const WordTag d32;
  const hn::Repartition<float, WideTag> df;
  const auto limited = [&](Wide v) HWY_ATTR { return hn::Min(hn::Abs(v), hn::Set(d16, kScharrLimit)); };
  const Pairs xy = pair_up(limited(g.x), limited(g.y));
  const auto quarter_root = [&](Shorts pairs) HWY_ATTR {
    const auto root = hn::Sqrt(hn::ConvertTo(df, multiply_pairs(pairs, pairs)));
    return hn::ConvertTo(d32, hn::Add(hn::Mul(root, hn::Set(df, 0.25f)), hn::Set(df, 0.5f)));
  };
  return unpair(quarter_root(xy.lower), quarter_root(xy.upper));
}

#else

HWY_INLINE Wide magnitude(const Gradient& g) {
  const int value = scharr_magnitude(hn::GetLane(g.x), hn::GetLane(g.y));
  return hn::Set(WideTag(), static_cast<std::int16_t>(value));
}

#endif

void find_scharr_edges(const ConstImageView& in, const OutputRows& rows, std::byte* scratch) {
  const ImageView& out = rows.picture;
  GradientOfRow<kScharrSide, kScharrMiddle> gradient(in, scratch);
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

HWY_EXPORT(find_scharr_edges);

std::size_t scharr_scratch_bytes(int width_px, int channels) noexcept {
  return GradientRows::bytes(static_cast<std::size_t>(width_px * channels),
                             static_cast<std::size_t>(channels));
}

Status scharr(const ConstImageView& in, const OutputRows& out, Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (scratch.size_bytes < scharr_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  HWY_DYNAMIC_DISPATCH(find_scharr_edges)(in, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
