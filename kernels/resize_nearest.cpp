#include <cstdint>
#include <cstring>

#include "kernels/resample_math.hpp"
#include "kernels/resize_rows.hpp"

namespace framewright::kernels {
namespace {

/// Picks the pixels at these byte offsets.
template <std::size_t kChannels>
void pick_row(const std::uint8_t* row, const std::int32_t* offsets, int width_px, std::uint8_t* out) {
  for (int x = 0; x < width_px; ++x, out += kChannels) std::memcpy(out, row + offsets[x], kChannels);
}

}  // namespace

std::size_t resize_nearest_scratch_bytes(const ConstImageView&, const ConstImageView& out) {
  return scratch_row_bytes<std::int32_t>(static_cast<std::size_t>(out.width_px));
}

void prepare_nearest(const ConstImageView& in, const ConstImageView& out, std::byte* scratch) {
  auto* offsets = reinterpret_cast<std::int32_t*>(scratch);
  for (int x = 0; x < out.width_px; ++x) {
    offsets[x] = nearest_index(x, in.width_px, out.width_px) * in.channels;
  }
}

void resize_nearest(const ConstImageView& in, const OutputRows& rows, std::byte* scratch) {
  const ImageView& out = rows.picture;
  const auto* offsets = reinterpret_cast<const std::int32_t*>(scratch);
  for (int y = rows.first; y < rows.end; ++y) {
    const std::uint8_t* row = in.row(nearest_index(y, in.height_px, out.height_px));
    if (in.channels == 1) pick_row<1>(row, offsets, out.width_px, out.row(y));
    if (in.channels == 3) pick_row<3>(row, offsets, out.width_px, out.row(y));
    if (in.channels == 4) pick_row<4>(row, offsets, out.width_px, out.row(y));
  }
}

}  // namespace framewright::kernels
