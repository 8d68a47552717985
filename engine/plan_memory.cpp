// How much frame memory each route takes.
#include <algorithm>

#include "engine/codec.hpp"
#include "engine/plan.hpp"
#include "engine/planar_frame.hpp"
#include "engine/route.hpp"
#include "engine/run_planes.hpp"
#include "engine/run_strips.hpp"

namespace framewright::engine {

Result<std::uint64_t> Plan::working_bytes(const ImageHeader& header, PixelFormat raw_format,
                                          const OutputOptions& output) const {
  const auto route = choose_route(*this, header, output).route;
  const bool strips = goes_in_strips(*this, header, output, route);
  switch (route) {
    case Route::PassThrough: return check_bytes(header);
    case Route::Coefficients: return gray_jpeg_bytes(header);
    case Route::Luma: return luma_plan_->pixel_bytes(luma_of(header), raw_format, output);
    case Route::Planes: return strips ? strip_bytes(*this, header, route) : plane_bytes(header);
    case Route::Pixels: {
      // A device takes the picture whole.
      auto whole = pixel_bytes(header, raw_format, output);
      if (!whole || !strips) return whole;
      return std::max(*whole, strip_bytes(*this, header, route));
    }
  }
  check_failed("a Route outside its list", __FILE__, __LINE__);
}

Result<std::uint64_t> Plan::plane_bytes(const ImageHeader& header) const {
  auto geometry = header.geometry;
  auto held = FramePool::rounded_bytes(planar_bytes(geometry));
  auto most = held + header.library_bytes;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto made = step_geometry(steps_[i], geometry, limits_);
    if (!made) return unexpected(made.error());
    const auto scratch = plane_scratch_bytes(*this, i, {geometry, *made});
    const auto moved_bytes = FramePool::rounded_bytes(planar_bytes(*made));
    most = std::max(most, held + moved_bytes + (scratch == 0 ? 0 : FramePool::rounded_bytes(scratch)));
    held = moved_bytes;
    geometry = *made;
  }
  return std::max(most, held + encode_bytes(geometry, ImageEncoding::Jpeg, OutputOptions::kDefaultQuality));
}

Result<std::uint64_t> Plan::pixel_bytes(const ImageHeader& header, PixelFormat raw_format,
                                        const OutputOptions& output) const {
  auto geometry = header.geometry;
  auto held = FramePool::rounded_bytes(geometry.bytes());
  const auto decoding = decode_bytes(header, raw_format);
  // A raw picture is used where it lies: its own buffer is there already, and free once a step has moved the
  // pixels.
  const auto given = decoding == 0 ? held : 0;
  auto most = std::max(held, decoding);
  for (const auto& step : steps_) {
    const auto made = step_geometry(step, geometry, limits_);
    if (!made) return unexpected(made.error());
    const auto scratch = step.step->scratch_bytes(geometry);
    const auto scratch_bytes = scratch == 0 ? 0 : FramePool::rounded_bytes(scratch);
    const auto moved_bytes = step.step->in_place() ? 0 : FramePool::rounded_bytes(made->bytes());
    most = std::max(most, held + scratch_bytes + moved_bytes);
    if (moved_bytes != 0) held = moved_bytes;
    geometry = *made;
  }
  const auto encoding =
      encode_bytes(geometry, output.format.value_or(header.encoding), output.quality_to_write());
  return std::max(most, held + encoding) - given;
}

}  // namespace framewright::engine
