#include "net/frame_codec.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>

#include "engine/check.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::ImageEncoding;
using engine::PixelFormat;
using engine::Result;
using engine::unexpected;

constexpr std::array<std::uint8_t, 4> kMagic{'F', 'W', 'F', '1'};

// Offsets of docs/websocket.md.
constexpr std::size_t kKindAt = 4;
constexpr std::size_t kEncodingAt = 5;
constexpr std::size_t kPixelFormatAt = 6;
constexpr std::size_t kFlagsAt = 7;
constexpr std::size_t kFrameIdAt = 8;
constexpr std::size_t kCaptureAt = 16;
constexpr std::size_t kWidthAt = 24;
constexpr std::size_t kHeightAt = 28;
constexpr std::size_t kStreamIdAt = 32;
constexpr std::size_t kMetadataBytesAt = 36;

template <class T>
T read_little_endian(std::span<const std::uint8_t> bytes, std::size_t at) noexcept {
  std::make_unsigned_t<T> value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) {
    value = static_cast<std::make_unsigned_t<T>>(value << 8U | bytes[at + i]);
  }
  return static_cast<T>(value);
}

template <class T>
void write_little_endian(std::span<std::uint8_t> bytes, std::size_t at, T number) noexcept {
  auto value = static_cast<std::make_unsigned_t<T>>(number);
  for (std::size_t i = 0; i < sizeof(T); ++i, value >>= 8U) bytes[at + i] = static_cast<std::uint8_t>(value);
}

bool has_magic(std::span<const std::uint8_t> message) noexcept {
  return std::equal(kMagic.begin(), kMagic.end(), message.begin());
}

Result<void> check_start(std::span<const std::uint8_t> message, FrameKind wanted) {
  if (message.size() < kFrameHeaderBytes) {
    return unexpected(ErrorCode::InvalidArgument, "a binary message of " + std::to_string(message.size()) +
                                                      " bytes is shorter than the frame header of 40");
  }
  if (!has_magic(message))
    return unexpected(ErrorCode::InvalidArgument, "the message does not begin with FWF1");
  if (message[kKindAt] != static_cast<std::uint8_t>(wanted)) {
    return unexpected(ErrorCode::InvalidArgument, "frame kind " + std::to_string(message[kKindAt]) +
                                                      " where " + std::to_string(static_cast<int>(wanted)) +
                                                      " was expected");
  }
  return {};
}

Result<void> check_media(std::span<const std::uint8_t> message) {
  const auto encoding = message[kEncodingAt];
  if (encoding == static_cast<std::uint8_t>(ImageEncoding::H264)) {
    return unexpected(ErrorCode::UnsupportedMedia, "encoding 4 (H.264) is not taken by this server yet");
  }
  if (encoding > static_cast<std::uint8_t>(ImageEncoding::Webp)) {
    return unexpected(ErrorCode::UnsupportedMedia, "encoding " + std::to_string(encoding) +
                                                       " is unknown; accepted: 0 raw, 1 JPEG, 2 PNG, 3 WebP");
  }
  const auto format = message[kPixelFormatAt];
  if (encoding == static_cast<std::uint8_t>(ImageEncoding::Raw) &&
      format > static_cast<std::uint8_t>(PixelFormat::Nv12)) {
    return unexpected(
        ErrorCode::UnsupportedMedia,
        "pixel format " + std::to_string(format) + " is unknown; accepted: 0 gray8, 1 rgb8, 2 rgba8, 3 nv12");
  }
  return {};
}

Result<void> check_sizes(const FrameHeader& header, std::size_t message_bytes) {
  if (header.metadata_bytes > message_bytes - kFrameHeaderBytes) {
    return unexpected(ErrorCode::InvalidArgument, "metadata of " + std::to_string(header.metadata_bytes) +
                                                      " bytes in a message of " +
                                                      std::to_string(message_bytes) + " bytes");
  }
  if (header.encoding != ImageEncoding::Raw) return {};
  if (header.width_px == 0 || header.height_px == 0) {
    return unexpected(ErrorCode::InvalidArgument, "a raw frame needs a width and a height");
  }
  constexpr auto kMaxSide = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
  if (header.width_px > kMaxSide || header.height_px > kMaxSide) {
    return unexpected(ErrorCode::ImageTooLarge, "a raw frame of " + std::to_string(header.width_px) + " x " +
                                                    std::to_string(header.height_px) + " pixels");
  }
  return {};
}

FrameHeader read_header(std::span<const std::uint8_t> message) noexcept {
  FrameHeader header;
  header.kind = static_cast<FrameKind>(message[kKindAt]);
  header.encoding = static_cast<ImageEncoding>(message[kEncodingAt]);
  if (header.encoding == ImageEncoding::Raw)
    header.pixel_format = static_cast<PixelFormat>(message[kPixelFormatAt]);
  header.flags = message[kFlagsAt];
  header.frame_id = read_little_endian<std::uint64_t>(message, kFrameIdAt);
  header.capture_us = read_little_endian<std::int64_t>(message, kCaptureAt);
  header.width_px = read_little_endian<std::uint32_t>(message, kWidthAt);
  header.height_px = read_little_endian<std::uint32_t>(message, kHeightAt);
  header.stream_id = read_little_endian<std::uint32_t>(message, kStreamIdAt);
  header.metadata_bytes = read_little_endian<std::uint32_t>(message, kMetadataBytesAt);
  return header;
}

Result<WireFrame> decode(std::span<const std::uint8_t> message, FrameKind kind) {
  if (auto checked = check_start(message, kind); !checked) return unexpected(std::move(checked).error());
  if (auto checked = check_media(message); !checked) return unexpected(std::move(checked).error());
  const auto header = read_header(message);
  if (auto checked = check_sizes(header, message.size()); !checked)
    return unexpected(std::move(checked).error());
  const auto rest = message.subspan(kFrameHeaderBytes);
  return WireFrame{header, rest.first(header.metadata_bytes), rest.subspan(header.metadata_bytes)};
}

/// Writes text and numbers one after the other.
class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> out) noexcept
      : next_(reinterpret_cast<char*>(out.data())), end_(next_ + out.size()) {}

  Writer& operator<<(std::string_view text) noexcept {
    FW_CHECK(text.size() <= static_cast<std::size_t>(end_ - next_));
    next_ = std::copy(text.begin(), text.end(), next_);
    return *this;
  }
  Writer& operator<<(std::chrono::nanoseconds time) noexcept {
    const auto written =
        std::to_chars(next_, end_, std::chrono::duration_cast<std::chrono::microseconds>(time).count());
    FW_CHECK(written.ec == std::errc{});
    next_ = written.ptr;
    return *this;
  }
  const char* position() const noexcept { return next_; }

 private:
  char* next_;
  char* end_;
};

std::size_t write_metadata(const ResultMetadata& metadata, std::span<std::uint8_t> out) noexcept {
  Writer writer(out);
  writer << R"({"accelerator":")" << engine::to_string(metadata.ran_on) << R"(","accelerator_reason":")"
         << engine::to_string(metadata.reason) << R"(","timings_us":{"queue":)" << metadata.times.queue
         << R"(,"decode":)" << metadata.times.decode << R"(,"process":)" << metadata.times.process
         << R"(,"encode":)" << metadata.times.encode << R"(},"detections":[]})";
  return static_cast<std::size_t>(writer.position() - reinterpret_cast<const char*>(out.data()));
}

void write_header(const FrameHeader& header, std::span<std::uint8_t> out) noexcept {
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  out[kKindAt] = static_cast<std::uint8_t>(header.kind);
  out[kEncodingAt] = static_cast<std::uint8_t>(header.encoding);
  out[kPixelFormatAt] = static_cast<std::uint8_t>(header.pixel_format);
  out[kFlagsAt] = header.flags;
  write_little_endian(out, kFrameIdAt, header.frame_id);
  write_little_endian(out, kCaptureAt, header.capture_us);
  write_little_endian(out, kWidthAt, header.width_px);
  write_little_endian(out, kHeightAt, header.height_px);
  write_little_endian(out, kStreamIdAt, header.stream_id);
  write_little_endian(out, kMetadataBytesAt, header.metadata_bytes);
}

}  // namespace

Result<WireFrame> decode_frame(std::span<const std::uint8_t> message) {
  return decode(message, FrameKind::Frame);
}

Result<WireFrame> decode_result(std::span<const std::uint8_t> message) {
  return decode(message, FrameKind::Result);
}

std::optional<FrameAddress> address_of(std::span<const std::uint8_t> message) noexcept {
  if (message.size() < kFrameHeaderBytes || !has_magic(message)) return std::nullopt;
  return FrameAddress{read_little_endian<std::uint32_t>(message, kStreamIdAt),
                      read_little_endian<std::uint64_t>(message, kFrameIdAt)};
}

std::array<std::uint8_t, kFrameHeaderBytes> encode_header(const FrameHeader& header) noexcept {
  std::array<std::uint8_t, kFrameHeaderBytes> bytes{};
  write_header(header, bytes);
  return bytes;
}

ResultHead encode_result_head(FrameHeader header, const ResultMetadata& metadata) noexcept {
  ResultHead head;
  const std::span<std::uint8_t> bytes(head.bytes_);
  const auto length = write_metadata(metadata, bytes.subspan(kFrameHeaderBytes));
  header.kind = FrameKind::Result;
  header.metadata_bytes = static_cast<std::uint32_t>(length);
  write_header(header, bytes);
  head.size_ = kFrameHeaderBytes + length;
  return head;
}

}  // namespace framewright::net
