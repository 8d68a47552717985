#include "kernels/resize.hpp"

#include "kernels/resample_math.hpp"
#include "kernels/resize_rows.hpp"

namespace framewright::kernels {
namespace {

/// The ways of resizing that resize_rows.hpp declares.
enum class Way : std::uint8_t { Nearest, Half, Narrow, Wide };

Way way_of(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out) {
  if (interpolation == Interpolation::Nearest) return Way::Nearest;
  const bool halves = in.width_px == 2 * out.width_px && in.height_px == 2 * out.height_px;
  if (halves && interpolation != Interpolation::Lanczos) return Way::Half;
  const ResampleAxis across{interpolation, in.width_px, out.width_px};
  const ResampleAxis down{interpolation, in.height_px, out.height_px};
  return is_narrow(across, down) ? Way::Narrow : Way::Wide;
}

}  // namespace

std::size_t resize_scratch_bytes(const ConstImageView& in, const ConstImageView& out,
                                 Interpolation interpolation) noexcept {
  switch (way_of(in, interpolation, out)) {
    case Way::Nearest: return resize_nearest_scratch_bytes(in, out);
    case Way::Half: return 0;
    case Way::Narrow: return resize_narrow_scratch_bytes(in, interpolation, out);
    case Way::Wide: return resize_wide_scratch_bytes(in, interpolation, out);
  }
  return 0;
}

Status prepare_resize(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                      Scratch scratch) noexcept {
  if (scratch.size_bytes < resize_scratch_bytes(in, out, interpolation)) return Status::BadParameter;
  switch (way_of(in, interpolation, out)) {
    case Way::Nearest: prepare_nearest(in, out, scratch.bytes); break;
    case Way::Half: break;
    case Way::Narrow: prepare_narrow(in, interpolation, out, scratch.bytes); break;
    case Way::Wide: prepare_wide(in, interpolation, out, scratch.bytes); break;
  }
  return Status::Ok;
}

Status resize_prepared(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                       Scratch scratch) noexcept {
  if (!can_resize(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (scratch.size_bytes < resize_scratch_bytes(in, out.picture, interpolation)) return Status::BadParameter;
  switch (way_of(in, interpolation, out.picture)) {
    case Way::Nearest: resize_nearest(in, out, scratch.bytes); break;
    case Way::Half: resize_half(in, out); break;
    case Way::Narrow: resize_narrow(in, interpolation, out, scratch.bytes); break;
    case Way::Wide: resize_wide(in, interpolation, out, scratch.bytes); break;
  }
  return Status::Ok;
}

Status resize(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
              Scratch scratch) noexcept {
  if (!can_resize(in, out.picture) || !out.are_within()) return Status::BadShape;
  const Status prepared = prepare_resize(in, interpolation, out.picture, scratch);
  return prepared == Status::Ok ? resize_prepared(in, interpolation, out, scratch) : prepared;
}

ResizedRows rows_to_resize(Interpolation interpolation, int in_px, int out_px, ResizedRows made) noexcept {
  if (interpolation == Interpolation::Nearest) {
    return {nearest_index(made.first, in_px, out_px), nearest_index(made.end - 1, in_px, out_px) + 1};
  }
  const ResampleAxis down{interpolation, in_px, out_px};
  return {first_tap_within(down, made.first), first_tap_within(down, made.end - 1) + tap_count(down)};
}

}  // namespace framewright::kernels
