// How much frame memory each route takes.
#include <algorithm>

#include "engine/codec.hpp"
#include "engine/plan.hpp"
#include "engine/planar_frame.hpp"
#include "engine/route.hpp"
#include "engine/run_planes.hpp"
#include "engine/run_strips.hpp"

namespace framewright::engine {

Result<std::uint64_t> Plan::working_bytes(const ImageHeader& whole, PixelFormat raw_format,
                                          const OutputOptions& output) const {
  const auto [route, reason, eighths, scale_reason] = choose_route(*this, whole, output);
  auto header = whole;
  header.eighths = eighths;
  const bool strips = goes_in_strips(*this, header, output, route);
  switch (route) {
    case Route::PassThrough: return check_bytes(header);
    case Route::Coefficients: return gray_jpeg_bytes(header);
    case Route::Luma: return luma_plan_->decoded_bytes(luma_of(header), raw_format, output);
    case Route::Planes: return strips ? strip_bytes(*this, header, route) : plane_bytes(header);
    case Route::Pixels: return decoded_bytes(header, raw_format, output);
  }
  check_failed("a Route outside its list", __FILE__, __LINE__);
}

/// A device takes the picture whole, a core perhaps in strips.
Result<std::uint64_t> Plan::decoded_bytes(const ImageHeader& header, PixelFormat raw_format,
                                          const OutputOptions& output) const {
  auto whole = pixel_bytes(header, raw_format, output);
  if (!whole || !goes_in_strips(*this, header, output, Route::Pixels)) return whole;
  const auto strips = strip_bytes(*this, header, Route::Pixels);
  return strips ? std::max(*whole, *strips) : strips;
}

Result<std::uint64_t> Plan::plane_bytes(const ImageHeader& header) const {
  auto geometry = header.geometry;         // Of the picture: what the steps go by.
  auto there = header.decoded_geometry();  // Of the planes.
  auto held = FramePool::rounded_bytes(planar_bytes(there));
  auto most = held + header.library_bytes;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto made = step_geometry(steps_[i], geometry, limits_);
    if (!made) return unexpected(made.error());
    const auto scratch = plane_scratch_bytes(*this, i, {there, *made});
    const auto moved_bytes = FramePool::rounded_bytes(planar_bytes(*made));
    most = std::max(most, held + moved_bytes + (scratch == 0 ? 0 : FramePool::rounded_bytes(scratch)));
    held = moved_bytes;
    geometry = there = *made;
  }
  return std::max(most, held + encode_bytes(geometry, ImageEncoding::Jpeg, OutputOptions::kDefaultQuality));
}

Result<std::uint64_t> Plan::pixel_bytes(const ImageHeader& header, PixelFormat raw_format,
                                        const OutputOptions& output) const {
  auto geometry = header.geometry;         // Of the picture: what the steps go by.
  auto there = header.decoded_geometry();  // Of the pixels.
  auto held = FramePool::rounded_bytes(there.bytes());
  const auto decoding = decode_bytes(header, raw_format);
  // A raw picture is used where it lies: its own buffer is there already, and free once a step has moved the
  // pixels.
  const auto given = decoding == 0 ? held : 0;
  auto most = std::max(held, decoding);
  for (const auto& step : steps_) {
    const auto made = step_geometry(step, geometry, limits_);
    if (!made) return unexpected(made.error());
    const auto scratch = step.step->scratch_bytes_between(there, *made);
    const auto scratch_bytes = scratch == 0 ? 0 : FramePool::rounded_bytes(scratch);
    const auto moved_bytes = step.step->in_place() ? 0 : FramePool::rounded_bytes(made->bytes());
    most = std::max(most, held + scratch_bytes + moved_bytes);
    if (moved_bytes != 0) held = moved_bytes;
    geometry = there = *made;
  }
  const auto encoding = encode_bytes(geometry, output.format.value_or(header.encoding),
                                     output.quality_to_write(), webp_method(output));
  return std::max(most, held + encoding) - given;
}

}  // namespace framewright::engine
