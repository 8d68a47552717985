#include "engine/raw_codec.hpp"

#include <cstring>
#include <string>
#include <utility>

#include "engine/check.hpp"
#include "engine/picture_header.hpp"
#include "kernels/nv12_to_rgb.hpp"

namespace framewright::engine {
namespace {

int channels_of(PixelFormat format) noexcept {
  switch (format) {
    case PixelFormat::Gray8: return 1;
    case PixelFormat::Rgb8:
    case PixelFormat::Nv12: return 3;
    case PixelFormat::Rgba8: return 4;
  }
  check_failed("a PixelFormat outside its list", __FILE__, __LINE__);
}

PixelFormat format_of(int channels) noexcept {
  switch (channels) {
    case 1: return PixelFormat::Gray8;
    case 3: return PixelFormat::Rgb8;
    case 4: return PixelFormat::Rgba8;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

std::uint64_t raw_bytes(const Geometry& geometry, PixelFormat format) noexcept {
  if (format != PixelFormat::Nv12) return geometry.bytes();
  const auto width = static_cast<std::uint64_t>(geometry.width_px);
  const auto height = static_cast<std::uint64_t>(geometry.height_px);
  return width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2);
}

void nv12_to_rgb(std::span<const std::uint8_t> nv12, const kernels::ImageView& rgb) noexcept {
  const std::ptrdiff_t width = rgb.width_px;
  const kernels::Nv12View view{nv12.data(),  nv12.data() + width * rgb.height_px,
                               rgb.width_px, rgb.height_px,
                               width,        (width + 1) / 2 * 2};
  FW_CHECK(kernels::nv12_to_rgb(view, rgb) == kernels::Status::Ok);
}

}  // namespace

Result<ImageHeader> read_raw_header(const EncodedFrame& frame, const ImageLimits& limits) {
  if (frame.width_px < 1 || frame.height_px < 1) {
    return unexpected(ErrorCode::InvalidArgument, "raw pixels need a width and a height of at least 1, not " +
                                                      std::to_string(frame.width_px) + " x " +
                                                      std::to_string(frame.height_px));
  }
  const auto within = check_limits(static_cast<std::uint64_t>(frame.width_px),
                                   static_cast<std::uint64_t>(frame.height_px), limits);
  if (!within) return unexpected(within.error());
  ImageHeader header{ImageEncoding::Raw, {frame.width_px, frame.height_px, channels_of(frame.pixel_format)}};
  const auto expected_bytes = raw_bytes(header.geometry, frame.pixel_format);
  if (frame.size_bytes != expected_bytes) {
    return unexpected(ErrorCode::CorruptMedia,
                      "raw " + std::string(to_string(frame.pixel_format)) + " of " +
                          std::to_string(frame.width_px) + " x " + std::to_string(frame.height_px) + " is " +
                          std::to_string(expected_bytes) + " bytes, the payload has " +
                          std::to_string(frame.size_bytes));
  }
  return header;
}

Result<Frame> decode_raw(EncodedFrame input, const Geometry& geometry, FramePool& pool,
                         Reservation& reservation) {
  if (input.pixel_format == PixelFormat::Nv12) {
    auto frame = lend_frame(geometry, pool, reservation);
    if (frame) nv12_to_rgb(input.payload(), frame->view());
    return frame;
  }
  Frame frame;
  frame.buffer = std::move(input.buffer);
  frame.offset_bytes = input.offset_bytes;
  frame.geometry = geometry;
  frame.pitch_bytes = static_cast<std::ptrdiff_t>(geometry.width_px) * geometry.channels;
  return frame;
}

EncodedFrame encode_raw(Frame frame) noexcept {
  const auto view = frame.view();
  const auto row_bytes = static_cast<std::ptrdiff_t>(view.width_px) * view.channels;
  if (view.pitch_bytes != row_bytes) {
    for (int y = 1; y < view.height_px; ++y) {
      std::memmove(view.pixels + y * row_bytes, view.row(y), static_cast<std::size_t>(row_bytes));
    }
  }
  EncodedFrame encoded;
  encoded.buffer = std::move(frame.buffer);
  encoded.offset_bytes = frame.offset_bytes;
  encoded.size_bytes = static_cast<std::size_t>(frame.geometry.bytes());
  encoded.encoding = ImageEncoding::Raw;
  encoded.pixel_format = format_of(frame.geometry.channels);
  encoded.width_px = frame.geometry.width_px;
  encoded.height_px = frame.geometry.height_px;
  return encoded;
}

}  // namespace framewright::engine
