// How much frame memory each route takes.
#include <algorithm>

#include "engine/codec.hpp"
#include "engine/plan.hpp"
#include "engine/route.hpp"

namespace framewright::engine {

Result<std::uint64_t> Plan::working_bytes(const ImageHeader& header, PixelFormat raw_format,
                                          const OutputOptions& output) const {
  if (choose_route(*this, header, output).route == Route::PassThrough) return check_bytes(header);
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
