#include "kernels/equalize.hpp"

#include "kernels/apply_table.hpp"
#include "kernels/histogram.hpp"
#include "kernels/luma_bands.hpp"
#include "kernels/pair_counter.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {

std::size_t equalize_scratch_bytes(int width_px, int channels) noexcept {
  return PairCounter::kBytes + LumaBands::bytes(width_px, channels);
}

Status equalize(const ConstImageView& in, const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (scratch.size_bytes < equalize_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  const LumaBands bands(in, scratch.bytes + PairCounter::kBytes);
  const Histogram counts = count_plane(in, scratch.bytes, [&](auto& counter) {
    bands.read([&](const ConstImageView& luma, int) { add_rows(luma, counter); });
  });
  const PointTable table = make_equalizing_table(counts);
  bands.change(
      out, [&](const ConstImageView& luma, int, const ImageView& toned) { apply_table(luma, table, toned); });
  return Status::Ok;
}

}  // namespace framewright::kernels
