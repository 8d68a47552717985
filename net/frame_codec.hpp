// The binary frame of docs/websocket.md: a 40-byte header, JSON metadata, payload. Bytes in, views out.
//
// Memory    nothing is allocated but the text of an error; payloads are never copied.
// Threads   pure functions.
// Lifetime  a WireFrame borrows from the message it was read from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/frame_task.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::net {

inline constexpr std::size_t kFrameHeaderBytes = 40;

enum class FrameKind : std::uint8_t { Frame = 1, Result = 2 };

/// The header as numbers. Sizes are 0 in frames whose picture says them itself.
struct FrameHeader {
  FrameKind kind = FrameKind::Frame;
  engine::ImageEncoding encoding = engine::ImageEncoding::Raw;
  engine::PixelFormat pixel_format = engine::PixelFormat::Gray8;
  std::uint8_t flags = 0;  ///< engine::kLastFrameFlag; 2: key frame
  std::uint64_t frame_id = 0;
  std::int64_t capture_us = 0;
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  std::uint32_t stream_id = 0;
  std::uint32_t metadata_bytes = 0;
  bool operator==(const FrameHeader&) const = default;
};

/// One message, taken apart.
struct WireFrame {
  FrameHeader header;
  std::span<const std::uint8_t> metadata;
  std::span<const std::uint8_t> payload;
};

/// Whom an answer or an error is about.
struct FrameAddress {
  std::uint32_t stream_id = 0;
  std::uint64_t frame_id = 0;
  bool operator==(const FrameAddress&) const = default;
};

/// Takes a client's frame apart and checks the header; says nothing about the picture itself.
///
/// Errors   InvalidArgument (shorter than a header, wrong magic, wrong kind, metadata beyond the message, a
///          raw frame without a size), UnsupportedMedia (encodings and pixel formats that this server does
///          not take), ImageTooLarge (a raw side beyond 2^31 - 1).
engine::Result<WireFrame> decode_frame(std::span<const std::uint8_t> message);

/// As decode_frame(), for the results that a client reads.
engine::Result<WireFrame> decode_result(std::span<const std::uint8_t> message);

/// Whom the beginning of a message is about, for errors on messages that do not decode. None when it is
/// shorter than a header or has another magic.
std::optional<FrameAddress> address_of(std::span<const std::uint8_t> message) noexcept;

/// The 40 bytes of `header`.
std::array<std::uint8_t, kFrameHeaderBytes> encode_header(const FrameHeader& header) noexcept;

/// What the metadata of a result says.
struct ResultMetadata {
  engine::Accelerator ran_on = engine::Accelerator::Cpu;
  engine::AcceleratorReason reason = engine::AcceleratorReason::Asked;
  engine::StageTimes times = {};
};

/// Header and metadata of a result, to be sent before its payload.
class ResultHead {
 public:
  std::span<const std::uint8_t> bytes() const noexcept { return {bytes_.data(), size_}; }
  std::string_view metadata() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()) + kFrameHeaderBytes, size_ - kFrameHeaderBytes};
  }

 private:
  friend ResultHead encode_result_head(FrameHeader header, const ResultMetadata& metadata) noexcept;

  std::array<std::uint8_t, 256> bytes_;  ///< the longest metadata is 216 bytes
  std::size_t size_ = 0;
};

/// Fills in kind and metadata length by itself. Written by hand because every frame of every stream passes
/// here.
ResultHead encode_result_head(FrameHeader header, const ResultMetadata& metadata) noexcept;

}  // namespace framewright::net
