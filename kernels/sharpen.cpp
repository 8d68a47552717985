#include "kernels/sharpen.hpp"

#include "kernels/row_ring.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sharpen.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

HWY_INLINE Wide sharpen_values(Wide centre, Wide difference, int weight) {
  const Pairs pairs = pair_up(centre, difference);
  const Shorts weights = pair_weights(4096, weight);
  const auto weigh = [&](Shorts values) HWY_ATTR {
    return hn::ShiftRight<12>(hn::Add(multiply_pairs(values, weights), hn::Set(WordTag(), 2048)));
  };
  return unpair(weigh(pairs.lower), weigh(pairs.upper));
}

#else

HWY_INLINE Wide sharpen_values(Wide centre, Wide difference, int weight) {
  const int value = sharpened(hn::GetLane(centre), hn::GetLane(difference), weight);
  return hn::Set(WideTag(), static_cast<std::int16_t>(value));
}

#endif

HWY_INLINE Wide sharpened_at(const ThreeRows& rows, std::size_t i, int weight) {
  const WideTag d16;
  const std::size_t middle = i + rows.channels;
  const Wide centre = hn::LoadU(d16, rows.middle + middle);
  const Wide vertical = hn::Add(hn::LoadU(d16, rows.above + middle), hn::LoadU(d16, rows.below + middle));
  const Wide horizontal =
      hn::Add(hn::LoadU(d16, rows.middle + i), hn::LoadU(d16, rows.middle + i + 2 * rows.channels));
  const Wide difference = hn::Sub(hn::ShiftLeft<2>(centre), hn::Add(vertical, horizontal));
  return sharpen_values(centre, difference, weight);
}

void sharpen_rows(const ConstImageView& in, SharpenWeight strength, const OutputRows& out,
                  std::byte* scratch) {
  for_each_three_rows(in, out, scratch, [&](const ThreeRows& rows, int y) HWY_ATTR {
    store_bytes(static_cast<std::size_t>(in.width_px * in.channels), out.picture.row(y),
                [&](std::size_t i) HWY_ATTR { return sharpened_at(rows, i, strength.weight); });
    copy_alpha(in.row(y), in.width_px, in.channels, out.picture.row(y));
  });
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(sharpen_rows);

std::size_t sharpen_scratch_bytes(int width_px, int channels) noexcept {
  return RowRing::bytes(static_cast<std::size_t>((width_px + 2) * channels), 1);
}

Status sharpen(const ConstImageView& in, SharpenWeight strength, const OutputRows& out,
               Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (scratch.size_bytes < sharpen_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  HWY_DYNAMIC_DISPATCH(sharpen_rows)(in, strength, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
