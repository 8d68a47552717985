#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "engine/byte_reader.hpp"
#include "engine/exif.hpp"
#include "engine/jpeg_segments.hpp"
#include "engine/picture_header.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Component {
  std::uint64_t across = 1;  ///< horizontal sampling factor
  std::uint64_t down = 1;
  bool operator==(const Component&) const = default;
};

/// What a start-of-frame segment says (ITU-T T.81, B.2.2).
struct FrameHeader {
  bool progressive = false;
  std::uint64_t width_px = 0;
  std::uint64_t height_px = 0;
  std::size_t component_count = 0;
  std::array<Component, 3> components = {};
  std::array<std::uint8_t, 3> ids = {};
};

/// What tells how the library will understand three components.
struct ColourMarks {
  bool jfif = false;
  std::optional<std::uint8_t> adobe_transform = {};
};

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "JPEG: " + what); }
Unexpected unsupported(const std::string& what) {
  return unexpected(ErrorCode::UnsupportedMedia, "JPEG: " + what + " is not supported");
}

// C4 (Huffman tables), C8 (reserved) and CC (arithmetic conditioning) lie among them but start no frame.
bool is_start_of_frame(std::uint8_t marker) noexcept {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

Result<FrameHeader> parse_frame_header(const JpegSegment& segment) {
  const auto kind = static_cast<std::uint8_t>(segment.marker - 0xC0);  // 8 and above: arithmetic coding.
  if (kind % 4 == 3) return unsupported("a lossless frame");
  if (kind % 8 > 3) return unsupported("a hierarchical frame");
  if (segment.payload.size() < 6) return corrupt("the frame header is too short");
  const Bytes payload = segment.payload;
  FrameHeader frame;
  frame.progressive = kind % 4 == 2;
  frame.height_px = *read_number<std::uint16_t>(payload, 1, ByteOrder::Big);
  frame.width_px = *read_number<std::uint16_t>(payload, 3, ByteOrder::Big);
  frame.component_count = payload[5];
  if (payload.size() != 6 + 3 * frame.component_count) return corrupt("the frame header has a wrong length");
  if (payload[0] != 8) return unsupported("a sample of " + std::to_string(payload[0]) + " bits");
  if (frame.component_count == 4) return unsupported("CMYK");
  if (frame.component_count != 1 && frame.component_count != 3) {
    return unsupported("a picture of " + std::to_string(frame.component_count) + " components");
  }
  if (frame.height_px == 0 && frame.width_px != 0) return unsupported("a height that follows the pixels");
  if (frame.width_px == 0) return corrupt("the picture has no size");
  for (std::size_t i = 0; i < frame.component_count; ++i) {
    const std::uint8_t factors = payload[6 + 3 * i + 1];
    frame.ids[i] = payload[6 + 3 * i];
    frame.components[i] = {std::uint64_t{factors} >> 4, std::uint64_t{factors} & 0x0F};
    const auto [across, down] = frame.components[i];
    if (across < 1 || across > 4 || down < 1 || down > 4) return corrupt("a sampling factor is out of range");
  }
  return frame;
}

/// The library keeps every coefficient of a picture that comes in more than one scan.
std::uint64_t coefficient_bytes(const FrameHeader& frame) {
  std::uint64_t most_across = 1;
  std::uint64_t most_down = 1;
  for (const auto& component : frame.components) {
    most_across = std::max(most_across, component.across);
    most_down = std::max(most_down, component.down);
  }
  const std::uint64_t units_across = (frame.width_px + 8 * most_across - 1) / (8 * most_across);
  const std::uint64_t units_down = (frame.height_px + 8 * most_down - 1) / (8 * most_down);
  std::uint64_t blocks = 0;
  for (std::size_t i = 0; i < frame.component_count; ++i) {
    blocks += units_across * units_down * frame.components[i].across * frame.components[i].down;
  }
  return blocks * 64 * sizeof(std::int16_t);
}

bool comes_in_several_scans(const FrameHeader& frame, const JpegSegment& scan) {
  return frame.progressive || scan.payload.empty() || scan.payload[0] < frame.component_count;
}

std::uint64_t library_bytes(const FrameHeader& frame, const JpegSegment& scan) {
  constexpr std::uint64_t kTablesBytes = 64 << 10;
  const std::uint64_t rows_bytes = frame.width_px * frame.component_count * 96;  // Rows between its stages.
  return kTablesBytes + rows_bytes + (comes_in_several_scans(frame, scan) ? coefficient_bytes(frame) : 0);
}

constexpr std::array<std::uint8_t, 6> kExifName = {'E', 'x', 'i', 'f', 0, 0};

Bytes exif_in(const JpegSegment& segment) {
  if (segment.marker != jpeg_marker::kApp1 || segment.payload.size() < kExifName.size()) return {};
  if (!std::ranges::equal(segment.payload.first(kExifName.size()), kExifName)) return {};
  return segment.payload.subspan(kExifName.size());
}

template <std::size_t N>
bool begins_with(Bytes payload, const char (&name)[N]) {
  return payload.size() >= N && std::equal(name, name + N, payload.begin(), [](char a, std::uint8_t b) {
           return static_cast<std::uint8_t>(a) == b;
         });
}

void note_colours(const JpegSegment& segment, ColourMarks& marks) {
  constexpr std::size_t kJfifBytes = 14;
  constexpr std::size_t kAdobeBytes = 12;
  const auto payload = segment.payload;
  if (segment.marker == jpeg_marker::kApp0 && payload.size() >= kJfifBytes && begins_with(payload, "JFIF")) {
    marks.jfif = true;
  } else if (segment.marker == jpeg_marker::kApp14 && payload.size() >= kAdobeBytes &&
             std::ranges::equal(payload.first(5), Bytes(reinterpret_cast<const std::uint8_t*>("Adobe"), 5))) {
    marks.adobe_transform = payload[11];
  }
}

/// JFIF is YCbCr, Adobe says it, and otherwise components that are named so are RGB, as libjpeg decides it.
/// Luma that is smaller than chroma is as good as none: the picture would shrink with it.
ColourPlanes planes_of(const FrameHeader& frame, const ColourMarks& marks) {
  constexpr std::array<std::uint8_t, 3> kRgb = {'R', 'G', 'B'};
  if (frame.component_count != 3) return ColourPlanes::None;
  const bool rgb = !marks.jfif && (marks.adobe_transform ? *marks.adobe_transform == 0 : frame.ids == kRgb);
  if (rgb) return ColourPlanes::None;
  for (const auto& [across, down] : frame.components) {
    if (across > frame.components[0].across || down > frame.components[0].down) return ColourPlanes::None;
  }
  constexpr Component kOne{1, 1};
  if (frame.components[1] != kOne || frame.components[2] != kOne) return ColourPlanes::YcbcrOther;
  if (frame.components[0] == Component{2, 2}) return ColourPlanes::Ycbcr420;
  if (frame.components[0] == Component{2, 1}) return ColourPlanes::Ycbcr422;
  if (frame.components[0] == Component{1, 2}) return ColourPlanes::Ycbcr440;
  return frame.components[0] == kOne ? ColourPlanes::Ycbcr444 : ColourPlanes::YcbcrOther;
}

}  // namespace

Result<ImageHeader> read_jpeg_header(Bytes bytes, const ImageLimits& limits) {
  ImageHeader header{ImageEncoding::Jpeg};
  std::optional<FrameHeader> frame;
  ColourMarks marks;
  for (JpegSegments segments(bytes);;) {
    const auto segment = segments.next();
    if (!segment) return unexpected(segment.error());
    note_colours(*segment, marks);
    if (is_start_of_frame(segment->marker)) {
      if (frame) return corrupt("two frame headers");
      auto parsed = parse_frame_header(*segment);
      if (!parsed) return unexpected(std::move(parsed).error());
      frame = *parsed;
      const auto within = check_limits(frame->width_px, frame->height_px, limits);
      if (!within) return unexpected(within.error());
    } else if (const auto exif = exif_in(*segment); !exif.empty()) {
      header.orientation = parse_exif(exif).orientation;
    } else if (segment->marker == jpeg_marker::kEndOfImage) {
      return corrupt("the file has no pixels");
    } else if (segment->marker == jpeg_marker::kStartOfScan) {
      if (!frame) return corrupt("pixels without a frame header");
      header.geometry = {static_cast<int>(frame->width_px), static_cast<int>(frame->height_px),
                         static_cast<int>(frame->component_count)};
      header.library_bytes = library_bytes(*frame, *segment);
      header.coefficient_bytes = comes_in_several_scans(*frame, *segment) ? 0 : coefficient_bytes(*frame);
      header.planes = planes_of(*frame, marks);
      return header;
    }
  }
}

Bytes find_jpeg_exif(Bytes bytes) {
  for (JpegSegments segments(bytes);;) {
    const auto segment = segments.next();
    if (!segment || segment->marker == jpeg_marker::kStartOfScan ||
        segment->marker == jpeg_marker::kEndOfImage) {
      return {};
    }
    if (const auto exif = exif_in(*segment); !exif.empty()) return exif;
  }
}

}  // namespace framewright::engine
