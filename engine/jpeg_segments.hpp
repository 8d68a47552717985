// JpegSegments walks the marker segments before the first scan of a JPEG file.
//
// Lifetime  borrows the bytes; so do the segments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/result.hpp"

namespace framewright::engine {

namespace jpeg_marker {
inline constexpr std::uint8_t kStartOfImage = 0xD8;
inline constexpr std::uint8_t kEndOfImage = 0xD9;
inline constexpr std::uint8_t kStartOfScan = 0xDA;
inline constexpr std::uint8_t kApp0 = 0xE0;
inline constexpr std::uint8_t kApp1 = 0xE1;
inline constexpr std::uint8_t kApp13 = 0xED;
inline constexpr std::uint8_t kApp14 = 0xEE;
inline constexpr std::uint8_t kComment = 0xFE;
}  // namespace jpeg_marker

struct JpegSegment {
  std::uint8_t marker = 0;  ///< the byte behind 0xFF
  std::span<const std::uint8_t> payload =
      {};  ///< what follows the length; empty for a marker that stands alone
  std::span<const std::uint8_t> whole = {};  ///< marker, length and payload
};

class JpegSegments {
 public:
  explicit JpegSegments(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  /// The next segment; the first one is SOI. Not to be called again after SOS or EOI.
  ///
  /// Errors   CorruptMedia when the bytes end, or are no marker where one must stand.
  Result<JpegSegment> next();
  /// What lies behind the last segment.
  std::span<const std::uint8_t> rest() const noexcept { return bytes_.subspan(at_); }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace framewright::engine
