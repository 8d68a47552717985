#include "engine/planar_frame.hpp"

namespace framewright::engine {
namespace {

constexpr int kLumaRowsOfBlocks = 16;  ///< of a 4:2:0 picture; chroma has half

int up_to(int size, int multiple) noexcept { return (size + multiple - 1) / multiple * multiple; }

std::ptrdiff_t pitch_bytes(const Geometry& plane) noexcept { return up_to(plane.width_px, kPlaneAlignment); }

std::uint64_t bytes_of(const Geometry& picture, PlaneKind kind) noexcept {
  const int rows = kind == PlaneKind::Luma ? kLumaRowsOfBlocks : kLumaRowsOfBlocks / 2;
  const auto plane = plane_geometry(picture, kind);
  return static_cast<std::uint64_t>(pitch_bytes(plane)) *
         static_cast<std::uint64_t>(up_to(plane.height_px, rows));
}

}  // namespace

Geometry plane_geometry(const Geometry& picture, PlaneKind kind) noexcept {
  if (kind == PlaneKind::Luma) return {picture.width_px, picture.height_px, 1};
  return {(picture.width_px + 1) / 2, (picture.height_px + 1) / 2, 1};
}

std::uint64_t planar_bytes(const Geometry& picture) noexcept {
  return bytes_of(picture, PlaneKind::Luma) + 2 * bytes_of(picture, PlaneKind::Chroma);
}

PlanarViews PlanarFrame::views() const noexcept {
  const auto luma = plane_geometry(geometry, PlaneKind::Luma);
  const auto chroma = plane_geometry(geometry, PlaneKind::Chroma);
  auto* const y = buffer.data();
  auto* const cb = y + bytes_of(geometry, PlaneKind::Luma);
  auto* const cr = cb + bytes_of(geometry, PlaneKind::Chroma);
  return {{{y, luma.width_px, luma.height_px, 1, pitch_bytes(luma)},
           {cb, chroma.width_px, chroma.height_px, 1, pitch_bytes(chroma)},
           {cr, chroma.width_px, chroma.height_px, 1, pitch_bytes(chroma)}}};
}

Result<PlanarFrame> lend_planes(const Geometry& geometry, FramePool& pool, Reservation& reservation) {
  auto buffer = pool.lend(static_cast<std::size_t>(planar_bytes(geometry)), reservation);
  if (!buffer) return unexpected(std::move(buffer).error());
  return PlanarFrame{std::move(buffer).value(), geometry};
}

}  // namespace framewright::engine
