#include "kernels/invert.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/invert.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

void invert_bytes(const ConstImageView& in, const ImageView& out) {
  const ByteTag d8;
  const PackedRows packed = packed_rows(in, out);
  const std::size_t bytes = packed.pixels * static_cast<std::size_t>(in.channels);
  // A row starts with a pixel, so the mask of the first lanes is that of every vector; one lane is no pixel.
  const std::size_t lanes = hn::Lanes(d8);
  const std::size_t whole = lanes % 4 == 0 ? bytes / lanes * lanes : 0;
  const Bytes mask = colour_mask(in.channels);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = 0; i < whole; i += lanes) {
      hn::StoreU(hn::Xor(hn::LoadU(d8, from + i), mask), d8, to + i);
    }
    for (std::size_t i = whole; i < bytes; ++i) {
      const bool is_alpha = in.channels == 4 && i % 4 == 3;
      to[i] = static_cast<std::uint8_t>(is_alpha ? from[i] : 255 - from[i]);
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(invert_bytes);

Status invert(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  HWY_DYNAMIC_DISPATCH(invert_bytes)(in, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
