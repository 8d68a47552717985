// PlanarFrame: the Y, Cb and Cr planes of a 4:2:0 picture (BT.601, full range, as in JPEG) in one pooled
// buffer.
//
// Memory    rows are kPlaneAlignment apart, and there are as many as whole JPEG blocks need, so that a codec
//           reads and writes them in place.
#pragma once

#include <array>
#include <cstdint>

#include "engine/frame.hpp"

namespace framewright::engine {

inline constexpr int kPlaneAlignment = 64;

/// Y at full size, Cb and Cr at half of it, rounded up.
using PlanarViews = std::array<kernels::ImageView, 3>;

/// One of the planes of a picture.
enum class PlaneKind : std::uint8_t { Luma, Chroma };

/// The size of a plane of a picture of this size; one channel.
Geometry plane_geometry(const Geometry& picture, PlaneKind kind) noexcept;

/// The bytes of all planes.
std::uint64_t planar_bytes(const Geometry& picture) noexcept;

struct PlanarFrame {
  BufferLease buffer;
  Geometry geometry = {};                     ///< of the picture; three channels
  std::optional<Geometry> reduced_from = {};  ///< as in a Frame

  const Geometry& picture_geometry() const noexcept { return reduced_from ? *reduced_from : geometry; }

  PlanarViews views() const noexcept;
};

/// Planes in a buffer of `pool`, samples undefined.
///
/// Errors   Overloaded, ImageTooLarge (memory).
Result<PlanarFrame> lend_planes(const Geometry& geometry, FramePool& pool, Reservation& reservation);

}  // namespace framewright::engine
