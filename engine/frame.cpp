#include "engine/frame.hpp"

#include <utility>

namespace framewright::engine {

Result<Frame> lend_frame(const Geometry& geometry, FramePool& pool, Reservation& reservation) {
  auto buffer = pool.lend(static_cast<std::size_t>(geometry.bytes()), reservation);
  if (!buffer) return unexpected(std::move(buffer).error());
  Frame frame;
  frame.buffer = std::move(buffer).value();
  frame.geometry = geometry;
  frame.pitch_bytes = static_cast<std::ptrdiff_t>(geometry.width_px) * geometry.channels;
  return frame;
}

}  // namespace framewright::engine
