#include "kernels/threshold.hpp"

#include "kernels/box_blur.hpp"
#include "kernels/histogram.hpp"
#include "kernels/pair_counter.hpp"
#include "kernels/shape.hpp"
#include "kernels/tone_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/threshold.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Ones where value > level - offset. Saturation is right where the difference leaves the range: nothing is
/// above 255, and everything is at least 0.
template <typename D>
HWY_INLINE hn::Vec<D> mark_above(D d, hn::Vec<D> value, hn::Vec<D> level, int offset) {
  if (offset <= 0) {
    const auto raised = hn::SaturatedAdd(level, hn::Set(d, static_cast<std::uint8_t>(-offset)));
    return hn::VecFromMask(d, hn::Gt(value, raised));
  }
  const auto lowered = hn::SaturatedSub(level, hn::Set(d, static_cast<std::uint8_t>(offset - 1)));
  return hn::VecFromMask(d, hn::Eq(hn::Max(value, lowered), value));
}

/// `out` may be `values` or `levels`.
void mark_row(const std::uint8_t* values, const std::uint8_t* levels, std::size_t count, int offset,
              Polarity polarity, std::uint8_t* out) {
  const auto mark = [&](auto d, std::size_t i) HWY_ATTR {
    const auto above = mark_above(d, hn::LoadU(d, values + i), hn::LoadU(d, levels + i), offset);
    const auto flip = hn::Set(d, polarity == Polarity::BrightIsWhite ? std::uint8_t{0} : std::uint8_t{255});
    hn::StoreU(hn::Xor(above, flip), d, out + i);
  };
  const ByteTag d8;
  std::size_t i = 0;
  for (; i + hn::Lanes(d8) <= count; i += hn::Lanes(d8)) mark(d8, i);
  for (; i < count; ++i) mark(hn::CappedTag<std::uint8_t, 1>(), i);
}

/// The same levels for every row.
void mark_at_levels(const ConstImageView& in, const std::uint8_t* levels, Polarity polarity,
                    const ImageView& out) {
  const auto count = static_cast<std::size_t>(in.width_px * in.channels);
  for (int y = 0; y < in.height_px; ++y) {
    mark_row(in.row(y), levels, count, 0, polarity, out.row(y));
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

/// `out` comes with the levels.
void mark_at_means(const ConstImageView& in, int offset, Polarity polarity, const ImageView& out) {
  const auto count = static_cast<std::size_t>(in.width_px * in.channels);
  for (int y = 0; y < in.height_px; ++y) {
    mark_row(in.row(y), out.row(y), count, offset, polarity, out.row(y));
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(mark_at_levels);
HWY_EXPORT(mark_at_means);

namespace {

std::size_t pair_bytes(int channels) { return channels == 1 ? PairCounter::kBytes : 0; }

Histogram count_channel(const ConstImageView& in, int channel, std::byte* pairs) {
  if (in.channels != 1) return count_values(in, channel);
  return count_plane(in, pairs, [&](auto& counter) { add_rows(in, counter); });
}

}  // namespace

std::size_t threshold_otsu_scratch_bytes(int width_px, int channels) noexcept {
  return pair_bytes(channels) +
         scratch_row_bytes<std::uint8_t>(static_cast<std::size_t>(width_px * channels));
}

Status threshold_otsu(const ConstImageView& in, Polarity polarity, const ImageView& out,
                      Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (scratch.size_bytes < threshold_otsu_scratch_bytes(in.width_px, in.channels)) {
    return Status::BadParameter;
  }
  auto* const levels = reinterpret_cast<std::uint8_t*>(scratch.bytes + pair_bytes(in.channels));
  for (int channel = 0; channel < in.channels; ++channel) {
    const bool is_alpha = channel == 3;
    const int level = is_alpha ? 0 : otsu_level(count_channel(in, channel, scratch.bytes));
    for (int x = 0; x < in.width_px; ++x) {
      levels[x * in.channels + channel] = static_cast<std::uint8_t>(level);
    }
  }
  HWY_DYNAMIC_DISPATCH(mark_at_levels)(in, levels, polarity, out);
  return Status::Ok;
}

std::size_t threshold_adaptive_scratch_bytes(int width_px, int channels, int block_size_px) noexcept {
  return box_blur_scratch_bytes(width_px, channels, block_size_px);
}

Status threshold_adaptive(const ConstImageView& in, int block_size_px, int offset, Polarity polarity,
                          const ImageView& out, Scratch scratch) noexcept {
  if (offset < -255 || offset > 255) return Status::BadParameter;
  const Status blurred = box_blur(in, block_size_px, out, scratch);
  if (blurred != Status::Ok) return blurred;
  HWY_DYNAMIC_DISPATCH(mark_at_means)(in, offset, polarity, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
