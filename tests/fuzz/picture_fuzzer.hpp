// What the fuzzers of the picture decoders share: decode any bytes in a small world and hold it to its
// promises.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/check.hpp"
#include "engine/codec.hpp"

namespace framewright::engine {

inline constexpr ImageLimits kFuzzLimits{.pixels = 1'000'000, .side_px = 4096};

/// Copies the input into a buffer of exactly its size, so that AddressSanitizer sees one byte too far.
inline EncodedFrame lend_input(FramePool& pool, std::span<const std::uint8_t> bytes, ImageEncoding encoding) {
  EncodedFrame frame;
  frame.buffer = std::move(pool.lend(bytes.size())).value();
  frame.offset_bytes = frame.buffer.capacity() - bytes.size();
  frame.size_bytes = bytes.size();
  frame.encoding = encoding;
  std::ranges::copy(bytes, frame.buffer.data() + frame.offset_bytes);
  return frame;
}

/// Tightly packed.
struct FuzzedPixels {
  Geometry geometry;
  std::vector<std::uint8_t> bytes;
};

/// Decodes `bytes` as `encoding`: with the memory that its header announces and not a byte more.
inline std::optional<FuzzedPixels> decode_anything(std::span<const std::uint8_t> bytes,
                                                   ImageEncoding encoding) {
  static FrameBudget input_budget(16u << 20);
  static FramePool input_pool(input_budget);
  auto input = lend_input(input_pool, bytes, encoding);
  const auto header = inspect(input, kFuzzLimits);
  if (!header) return std::nullopt;
  FW_CHECK(header->geometry.bytes() <= kFuzzLimits.pixels * 4);

  FrameBudget budget(decode_bytes(*header, input.pixel_format));
  FramePool pool(budget);
  Decoder decoder(pool);
  auto reservation = budget.reserve(budget.limit_bytes());
  const auto frame = decoder.decode(std::move(input), kFuzzLimits, *reservation);
  if (!frame) {
    FW_CHECK(frame.error().code == ErrorCode::CorruptMedia ||
             frame.error().code == ErrorCode::UnsupportedMedia);
    return std::nullopt;
  }
  FW_CHECK(frame->geometry == header->geometry);
  const auto* const pixels = frame->view().pixels;  // Tightly packed.
  return FuzzedPixels{frame->geometry, {pixels, pixels + frame->geometry.bytes()}};
}

}  // namespace framewright::engine
