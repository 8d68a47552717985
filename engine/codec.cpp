#include "engine/codec.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/check.hpp"
#include "engine/jpeg_codec.hpp"
#include "engine/jpeg_gray.hpp"
#include "engine/png_decoder.hpp"
#include "engine/png_encoder.hpp"
#include "engine/raw_codec.hpp"
#include "engine/webp_codec.hpp"

namespace framewright::engine {
namespace {

std::uint64_t worst_bytes(const Geometry& geometry, ImageEncoding format) noexcept {
  switch (format) {
    case ImageEncoding::Jpeg: return JpegEncoder::worst_bytes(geometry);
    case ImageEncoding::Png: return worst_png_bytes(geometry);
    case ImageEncoding::Webp: return worst_webp_bytes(geometry);
    case ImageEncoding::Raw:
    case ImageEncoding::H264: return 0;
  }
  check_failed("an ImageEncoding outside its list", __FILE__, __LINE__);
}

std::uint64_t encoder_library_bytes(const Geometry& geometry, ImageEncoding format, int quality,
                                    WebpMethod webp_method) noexcept {
  switch (format) {
    case ImageEncoding::Png: return png_encoder_bytes(geometry, png_effort_of(quality));
    case ImageEncoding::Webp: return webp_encoder_bytes(geometry, webp_method);
    case ImageEncoding::Jpeg: return static_cast<std::uint64_t>(geometry.width_px) * 96;
    case ImageEncoding::Raw:
    case ImageEncoding::H264: return 0;
  }
  check_failed("an ImageEncoding outside its list", __FILE__, __LINE__);
}

// The encoders write into room for the worst case, which the next frame uses again. A result that fills less
// than a quarter of it moves to a buffer of its own size, so that what waits to be sent holds no more than it
// needs.
constexpr std::uint64_t kLargestMove = 4;

Result<BufferLease> fit(BufferLease room, std::size_t size_bytes, FramePool& pool, Reservation& reservation) {
  if (FramePool::rounded_bytes(size_bytes) > room.capacity() / kLargestMove) return room;
  auto fitting = pool.lend(size_bytes, reservation);
  if (fitting) std::copy_n(room.data(), size_bytes, fitting->data());
  return fitting;
}

Result<void> check_quality(int quality) {
  if (quality >= 1 && quality <= 100) return {};
  return unexpected(ErrorCode::InvalidArgument, "quality is 1 to 100, not " + std::to_string(quality));
}

EncodedFrame as_encoded(BufferLease buffer, std::size_t size_bytes, ImageEncoding format,
                        const Geometry& geometry) {
  EncodedFrame encoded;
  encoded.buffer = std::move(buffer);
  encoded.size_bytes = size_bytes;
  encoded.encoding = format;
  encoded.width_px = geometry.width_px;
  encoded.height_px = geometry.height_px;
  return encoded;
}

}  // namespace

std::uint64_t decode_bytes(const ImageHeader& header, PixelFormat raw_format) noexcept {
  if (header.encoding == ImageEncoding::Raw && raw_format != PixelFormat::Nv12) return 0;
  return FramePool::rounded_bytes(header.decoded_geometry().bytes()) + header.library_bytes;
}

ImageHeader luma_of(ImageHeader header) noexcept {
  FW_CHECK(header.planes != ColourPlanes::None);
  header.geometry.channels = 1;
  return header;
}

bool can_stay_in_planes(const ImageHeader& header) noexcept {
  return header.planes != ColourPlanes::None && header.planes != ColourPlanes::YcbcrOther;
}

std::uint64_t gray_jpeg_bytes(const ImageHeader& header) noexcept {
  return header.library_bytes + header.coefficient_bytes +
         FramePool::rounded_bytes(gray_jpeg_workspace_words(header.geometry) * sizeof(std::uint32_t)) +
         encode_bytes(luma_of(header).geometry, ImageEncoding::Jpeg, OutputOptions::kDefaultQuality);
}

std::uint64_t check_bytes(const ImageHeader& header) noexcept {
  if (header.encoding == ImageEncoding::Jpeg) return header.library_bytes;
  return header.encoding == ImageEncoding::Raw ? 0 : decode_bytes(header, PixelFormat::Rgb8);
}

std::uint64_t encode_bytes(const Geometry& geometry, ImageEncoding format, int quality,
                           WebpMethod webp_method) noexcept {
  if (format == ImageEncoding::Raw || format == ImageEncoding::H264) return 0;
  const auto room_bytes = FramePool::rounded_bytes(worst_bytes(geometry, format));
  return room_bytes + room_bytes / kLargestMove +
         encoder_library_bytes(geometry, format, quality, webp_method);
}

struct Decoder::Contexts {
  explicit Contexts(FramePool& pool) : png(pool) {}

  JpegDecoder jpeg;
  PngDecoder png;
};

Decoder::Decoder(FramePool& pool) : pool_(pool), contexts_(std::make_unique<Contexts>(pool)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

Result<Frame> Decoder::decode(EncodedFrame input, const ImageLimits& limits, Reservation& reservation) {
  const auto header = inspect(input, limits);
  if (!header) return unexpected(header.error());
  if (header->encoding == ImageEncoding::Raw) {
    return decode_raw(std::move(input), header->geometry, pool_, reservation);
  }
  return decode(input.payload(), *header, reservation);
}

Result<Frame> Decoder::decode(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                              Reservation& reservation) {
  auto frame = lend_frame(header.decoded_geometry(), pool_, reservation);
  if (!frame) return frame;
  if (header.eighths != 8) frame->reduced_from = header.geometry;
  auto library = pool_.charge(header.library_bytes, reservation);
  if (!library) return unexpected(std::move(library).error());
  auto decoded = decode_pixels(bytes, header, frame->view(), *library);
  reservation.merge(std::move(library).value());
  if (!decoded) return unexpected(std::move(decoded).error());
  return frame;
}

Result<PlanarFrame> Decoder::decode_planes(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                                           Reservation& reservation) {
  FW_CHECK(can_stay_in_planes(header));
  auto frame = lend_planes(header.decoded_geometry(), pool_, reservation);
  if (!frame) return frame;
  if (header.eighths != 8) frame->reduced_from = header.geometry;
  auto library = pool_.charge(header.library_bytes, reservation);
  if (!library) return unexpected(std::move(library).error());
  auto decoded = contexts_->jpeg.decode_planes(bytes, header, frame->views());
  reservation.merge(std::move(library).value());
  if (!decoded) return unexpected(std::move(decoded).error());
  return frame;
}

JpegDecoder& Decoder::jpeg() noexcept { return contexts_->jpeg; }

Result<void> Decoder::check(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                            Reservation& reservation) {
  if (header.encoding == ImageEncoding::Raw) return {};  // inspect() has counted its bytes.
  if (header.encoding == ImageEncoding::Jpeg) {
    auto library = pool_.charge(header.library_bytes, reservation);
    if (!library) return unexpected(std::move(library).error());
    auto checked = contexts_->jpeg.check(bytes, header.geometry);
    reservation.merge(std::move(library).value());
    return checked;
  }
  const auto frame = decode(bytes, header, reservation);
  return frame ? Result<void>{} : unexpected(frame.error());
}

Result<void> Decoder::decode_pixels(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                                    const kernels::ImageView& pixels, Reservation& library) {
  switch (header.encoding) {
    case ImageEncoding::Jpeg: return contexts_->jpeg.decode(bytes, header, pixels);
    case ImageEncoding::Png: return contexts_->png.decode(bytes, pixels, library);
    case ImageEncoding::Webp: return decode_webp(bytes, pixels);
    case ImageEncoding::Raw:
    case ImageEncoding::H264: break;
  }
  check_failed("inspect() names only formats that are decoded", __FILE__, __LINE__);
}

struct Encoder::Contexts {
  explicit Contexts(FramePool& pool) : png(pool) {}

  JpegEncoder jpeg;
  PngEncoder png;
};

Encoder::Encoder(FramePool& pool) : pool_(pool), contexts_(std::make_unique<Contexts>(pool)) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;

Result<EncodedFrame> Encoder::encode(Frame frame, ImageEncoding format, int quality, Reservation& reservation,
                                     WebpMethod webp_method) {
  if (auto is_quality = check_quality(quality); !is_quality) return unexpected(std::move(is_quality).error());
  if (format == ImageEncoding::Raw) return encode_raw(std::move(frame));
  if (format == ImageEncoding::H264) {
    return unexpected(ErrorCode::UnsupportedMedia,
                      "h264 is not written; ask for JPEG, PNG, WebP or raw pixels");
  }
  const Choice choice{format, quality, webp_method};
  return write(frame.geometry, choice, reservation, [&](std::span<std::uint8_t> out, Reservation& library) {
    return encode_pixels(frame.view(), choice, out, library);
  });
}

Result<EncodedFrame> Encoder::encode_scan(Frame frame, std::uint64_t bits, int quality,
                                          Reservation& reservation) {
  if (auto is_quality = check_quality(quality); !is_quality) return unexpected(std::move(is_quality).error());
  const JpegScan scan{frame.buffer.data() + frame.offset_bytes, bits};
  FW_CHECK(frame.offset_bytes + scan.whole_bytes().size() <= frame.buffer.capacity());
  const auto room_bytes = JpegEncoder::bytes_around(scan.whole_bytes());
  auto room = pool_.lend(static_cast<std::size_t>(room_bytes), reservation);
  if (!room) return unexpected(std::move(room).error());
  const auto size_bytes = contexts_->jpeg.encode_scan(scan, frame.geometry, quality, room->bytes());
  if (!size_bytes) return unexpected(size_bytes.error());
  return as_encoded(std::move(room).value(), *size_bytes, ImageEncoding::Jpeg, frame.geometry);
}

Result<EncodedFrame> Encoder::encode_planes(PlanarFrame frame, int quality, Reservation& reservation) {
  return write(frame.geometry, {ImageEncoding::Jpeg, quality}, reservation,
               [&](std::span<std::uint8_t> out, Reservation&) {
                 return contexts_->jpeg.encode_planes(frame.views(), quality, out);
               });
}

Result<EncodedFrame> Encoder::encode_gray(const JpegPicture& picture, Decoder& decoder, int quality,
                                          Reservation& reservation) {
  const Geometry gray{picture.geometry.width_px, picture.geometry.height_px, 1};
  const auto words = gray_jpeg_workspace_words(gray);
  auto workspace = pool_.lend(words * sizeof(std::uint32_t), reservation);
  if (!workspace) return unexpected(std::move(workspace).error());
  const std::span notes(reinterpret_cast<std::uint32_t*>(workspace->data()), words);
  return write(gray, {ImageEncoding::Jpeg, quality}, reservation,
               [&](std::span<std::uint8_t> out, Reservation&) {
                 return write_gray_jpeg(decoder.jpeg(), picture, contexts_->jpeg, quality, {out, notes});
               });
}

Result<EncodedFrame> Encoder::encode_jpeg(
    const Geometry& geometry, int quality, Reservation& reservation,
    const std::function<Result<std::size_t>(JpegEncoder&, std::span<std::uint8_t>)>& write_into) {
  return write(geometry, {ImageEncoding::Jpeg, quality}, reservation,
               [&](std::span<std::uint8_t> out, Reservation&) { return write_into(contexts_->jpeg, out); });
}

/// Lends room for the worst case, has it written to, and keeps as much as was.
template <class Write>
Result<EncodedFrame> Encoder::write(const Geometry& geometry, Choice choice, Reservation& reservation,
                                    const Write& write) {
  const auto [format, quality, webp_method] = choice;
  auto room = pool_.lend(static_cast<std::size_t>(worst_bytes(geometry, format)), reservation);
  if (!room) return unexpected(std::move(room).error());
  auto library = pool_.charge(encoder_library_bytes(geometry, format, quality, webp_method), reservation);
  if (!library) return unexpected(std::move(library).error());
  const Result<std::size_t> size_bytes = write(room->bytes(), *library);
  reservation.merge(std::move(library).value());
  if (!size_bytes) return unexpected(size_bytes.error());
  auto buffer = fit(std::move(room).value(), *size_bytes, pool_, reservation);
  if (!buffer) return unexpected(std::move(buffer).error());

  return as_encoded(std::move(buffer).value(), *size_bytes, format, geometry);
}

Result<std::size_t> Encoder::encode_pixels(const kernels::ConstImageView& pixels, Choice choice,
                                           std::span<std::uint8_t> out, Reservation& library) {
  switch (choice.format) {
    case ImageEncoding::Jpeg: return contexts_->jpeg.encode(pixels, choice.quality, out);
    case ImageEncoding::Png:
      return contexts_->png.encode(pixels, png_effort_of(choice.quality), out, library);
    case ImageEncoding::Webp: return encode_webp(pixels, {choice.quality, choice.webp_method}, out);
    case ImageEncoding::Raw:
    case ImageEncoding::H264: break;
  }
  check_failed("encode() has answered for the other formats", __FILE__, __LINE__);
}

}  // namespace framewright::engine
