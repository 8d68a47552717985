#include "kernels/sobel.hpp"

#include "kernels/row_ring.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sobel.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// gx and gy of a vector of values.
struct Gradient {
  Wide x;
  Wide y;
};

HWY_INLINE Gradient gradient_at(const ThreeRows& rows, std::size_t i) {
  const WideTag d16;
  const auto smooth = [](Wide a, Wide b, Wide c) HWY_ATTR { return hn::Add(hn::Add(a, c), hn::Add(b, b)); };
  const auto column = [&](std::size_t at) HWY_ATTR {
    return smooth(hn::LoadU(d16, rows.above + at), hn::LoadU(d16, rows.middle + at),
                  hn::LoadU(d16, rows.below + at));
  };
  const auto row = [&](const std::int16_t* from) HWY_ATTR {
    return smooth(hn::LoadU(d16, from + i), hn::LoadU(d16, from + i + rows.channels),
                  hn::LoadU(d16, from + i + 2 * rows.channels));
  };
  return {hn::Sub(column(i), column(i + 2 * rows.channels)), hn::Sub(row(rows.above), row(rows.below))};
}

#if HWY_TARGET != HWY_SCALAR

/// The root of a whole number is never so near to a half that a float could round it wrongly.
HWY_INLINE Wide magnitude(const Gradient& g) {
  const hn::Repartition<float, WideTag> df;
  const WordTag d32;
  const Pairs xy = pair_up(g.x, g.y);
  const auto root = [&](Shorts pairs) HWY_ATTR {
    const auto squares = hn::ConvertTo(df, multiply_pairs(pairs, pairs));
    return hn::ConvertTo(d32, hn::Add(hn::Sqrt(squares), hn::Set(df, 0.5f)));
  };
  return unpair(root(xy.lower), root(xy.upper));
}

#else

HWY_INLINE Wide magnitude(const Gradient& g) {
  const int value = rounded_magnitude(hn::GetLane(g.x), hn::GetLane(g.y));
  return hn::Set(WideTag(), static_cast<std::int16_t>(value));
}

#endif

void find_edges(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  for_each_three_rows(in, scratch, [&](const ThreeRows& rows, int y) HWY_ATTR {
    store_bytes(static_cast<std::size_t>(in.width_px * in.channels), out.row(y),
                [&](std::size_t i) HWY_ATTR { return magnitude(gradient_at(rows, i)); });
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  });
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(find_edges);

std::size_t sobel_scratch_bytes(int width_px, int channels) noexcept {
  return RowRing::bytes(static_cast<std::size_t>((width_px + 2) * channels), 1);
}

Status sobel(const ConstImageView& in, const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (scratch.size_bytes < sobel_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  HWY_DYNAMIC_DISPATCH(find_edges)(in, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
