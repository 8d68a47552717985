#include "engine/jpeg_segments.hpp"

#include <string>

#include "engine/byte_reader.hpp"

namespace framewright::engine {
namespace {

Unexpected truncated(std::size_t at) {
  return unexpected(ErrorCode::CorruptMedia,
                    "JPEG: the file ends in its header, at byte " + std::to_string(at));
}

// TEM, RSTn, SOI and EOI have no length (ITU-T T.81, table B.1).
bool stands_alone(std::uint8_t marker) noexcept {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD9);
}

}  // namespace

Result<JpegSegment> JpegSegments::next() {
  const std::size_t begin = at_;
  std::size_t at = begin;
  while (at + 1 < bytes_.size() && bytes_[at] == 0xFF && bytes_[at + 1] == 0xFF) ++at;  // Fill bytes.
  if (at + 2 > bytes_.size()) return truncated(bytes_.size());
  const std::uint8_t marker = bytes_[at + 1];
  if (bytes_[at] != 0xFF || marker == 0) {
    return unexpected(ErrorCode::CorruptMedia, "JPEG: no marker at byte " + std::to_string(at));
  }
  at += 2;
  if (stands_alone(marker)) {
    at_ = at;
    return JpegSegment{marker, {}, bytes_.subspan(begin, at - begin)};
  }
  const auto length = read_number<std::uint16_t>(bytes_, at, ByteOrder::Big);
  if (!length) return truncated(bytes_.size());
  if (*length < 2) {
    return unexpected(ErrorCode::CorruptMedia,
                      "JPEG: a segment without a length at byte " + std::to_string(at));
  }
  if (*length > bytes_.size() - at) return truncated(bytes_.size());
  at_ = at + *length;
  return JpegSegment{marker, bytes_.subspan(at + 2, *length - 2u), bytes_.subspan(begin, at_ - begin)};
}

}  // namespace framewright::engine
