#include "engine/thumbnail.hpp"

#include <algorithm>
#include <utility>

#include "engine/check.hpp"
#include "engine/codec.hpp"
#include "kernels/resize.hpp"

namespace framewright::engine {
namespace {

constexpr int kQuality = 85;

Geometry fitting(const Geometry& geometry) noexcept {
  const int longest = std::max(geometry.width_px, geometry.height_px);
  if (longest <= kThumbnailSide) return geometry;
  const auto scaled = [longest](int side) {
    return std::max(1, (side * kThumbnailSide + longest / 2) / longest);
  };
  return {scaled(geometry.width_px), scaled(geometry.height_px), geometry.channels};
}

/// The smallest part of its size that a JPEG can be decoded at without falling below the thumbnail's.
int eighths_for(ImageHeader header) noexcept {
  for (header.eighths = 1; header.eighths < 8; header.eighths *= 2) {
    const auto reduced = header.decoded_geometry();
    if (std::max(reduced.width_px, reduced.height_px) >= kThumbnailSide) break;
  }
  return header.eighths;
}

Result<Frame> decode_reduced(std::span<const std::uint8_t> picture, ImageHeader header, FramePool& pool) {
  Reservation none;
  if (header.encoding == ImageEncoding::Jpeg) header.eighths = eighths_for(header);
  return Decoder(pool).decode(picture, header, none);
}

/// Lays RGBA on white, in place: the RGB pixels come to lie where the RGBA ones were read before.
void flatten(Frame& frame) noexcept {
  const auto view = frame.view();
  std::uint8_t* to = view.pixels;
  for (int y = 0; y < view.height_px; ++y) {
    const std::uint8_t* from = view.row(y);
    for (int x = 0; x < view.width_px; ++x, from += 4, to += 3) {
      const int alpha = from[3];
      for (int c = 0; c < 3; ++c)
        to[c] = static_cast<std::uint8_t>((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  frame.geometry.channels = 3;
  frame.pitch_bytes = static_cast<std::ptrdiff_t>(view.width_px) * 3;
}

Result<Frame> shrink(Frame frame, FramePool& pool) {
  const auto geometry = fitting(frame.picture_geometry());
  if (geometry == frame.geometry) return frame;
  Reservation none;
  auto small = lend_frame(geometry, pool, none);
  if (!small) return small;
  constexpr auto kArea = kernels::Interpolation::Area;
  const auto scratch_bytes = kernels::resize_scratch_bytes(frame.view(), small->view(), kArea);
  const auto scratch = pool.lend(scratch_bytes);
  if (!scratch) return unexpected(scratch.error());
  const auto status = kernels::resize(frame.view(), kArea, small->view(),
                                      {reinterpret_cast<std::byte*>(scratch->data()), scratch_bytes});
  if (status != kernels::Status::Ok) {
    return unexpected(ErrorCode::ImageTooLarge, "the picture is too large to make a thumbnail of it");
  }
  return small;
}

}  // namespace

Result<std::vector<std::uint8_t>> make_thumbnail(std::span<const std::uint8_t> picture,
                                                 const ImageLimits& limits, FramePool& pool) {
  const auto header = inspect(picture, limits);
  if (!header) return unexpected(header.error());
  auto frame = decode_reduced(picture, *header, pool);
  if (!frame) return unexpected(std::move(frame).error());
  if (frame->geometry.channels == 4) flatten(*frame);
  auto small = shrink(std::move(frame).value(), pool);
  if (!small) return unexpected(std::move(small).error());
  Reservation none;
  auto upright = apply_orientation(std::move(small).value(), header->orientation, pool, none);
  if (!upright) return unexpected(std::move(upright).error());
  const auto jpeg = Encoder(pool).encode(std::move(upright).value(), ImageEncoding::Jpeg, kQuality, none);
  if (!jpeg) return unexpected(jpeg.error());
  const auto bytes = jpeg->payload();
  return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
}

}  // namespace framewright::engine
