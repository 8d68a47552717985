#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/point_ramp.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/apply_ramp.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"
#include "kernels/quad_packing-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

std::uint8_t ramp_value(const PointRamp& ramp, std::uint8_t value) {
  const std::int32_t u = ramp.falls ? 255 - value : value;
  const auto reached =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(256 * u + ramp.start) * ramp.slope >> 16);
  const std::int32_t limited = std::clamp(reached + ramp.offset, 0, 65535);
  return static_cast<std::uint8_t>(std::min(limited >> ramp.shift, 255));
}

#if HWY_TARGET != HWY_SCALAR

class Ramp {
 public:
  explicit Ramp(const PointRamp& ramp)
      : flip_(hn::Set(QuadByteTag(), ramp.falls ? 0xFF : 0)),
        start_(hn::Set(QuadByteTag(), ramp.start)),
        slope_(hn::Set(Tag(), ramp.slope)),
        raise_(hn::Set(Tag(), static_cast<std::uint16_t>(std::max(ramp.offset, 0)))),
        lower_(hn::Set(Tag(), static_cast<std::uint16_t>(std::max(-ramp.offset, 0)))),
        shift_(ramp.shift) {}

  HWY_INLINE QuadBytes operator()(QuadBytes values) const {
    const QuadByteTag d8;
    const QuadBytes u = hn::Xor(values, flip_);
    // Behind each other, start and u are 256 u + start.
    return pack_shorts(line(hn::InterleaveLower(d8, start_, u)), line(hn::InterleaveUpper(d8, start_, u)));
  }

 private:
  using Tag = hn::Repartition<std::uint16_t, QuadByteTag>;

  HWY_INLINE QuadShorts line(QuadBytes pairs) const {
    const auto reached = hn::MulHigh(hn::BitCast(Tag(), pairs), slope_);
    const auto limited = hn::SaturatedSub(hn::SaturatedAdd(reached, raise_), lower_);
    return hn::BitCast(QuadShortTag(), hn::ShiftRightSame(limited, shift_));
  }

  QuadBytes flip_;
  QuadBytes start_;
  hn::Vec<Tag> slope_;
  hn::Vec<Tag> raise_;
  hn::Vec<Tag> lower_;
  int shift_;
};

std::size_t ramp_vectors(const PointRamp& point_ramp, int channels, const std::uint8_t* in, std::uint8_t* out,
                         std::size_t bytes) {
  const QuadByteTag d8;
  const Ramp ramp(point_ramp);
  const auto mask = colour_mask(channels);
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= bytes; i += lanes) {
    const auto values = hn::LoadU(d8, in + i);
    hn::StoreU(choose(mask, ramp(values), values), d8, out + i);
  }
  return i;
}

#else

std::size_t ramp_vectors(const PointRamp&, int, const std::uint8_t*, std::uint8_t*, std::size_t) { return 0; }

#endif

void ramp_bytes(const ConstImageView& in, const PointRamp& ramp, const ImageView& out) {
  const PackedRows packed = packed_rows(in, out);
  const std::size_t bytes = packed.pixels * static_cast<std::size_t>(in.channels);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = ramp_vectors(ramp, in.channels, from, to, bytes); i < bytes; ++i) {
      const bool is_alpha = in.channels == 4 && i % 4 == 3;
      to[i] = is_alpha ? from[i] : ramp_value(ramp, from[i]);
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(ramp_bytes);

Status apply_ramp(const ConstImageView& in, const PointRamp& ramp, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  HWY_DYNAMIC_DISPATCH(ramp_bytes)(in, ramp, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
