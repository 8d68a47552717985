#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "engine/check.hpp"
#include "engine/codec.hpp"
#include "engine/exif.hpp"
#include "engine/picture_header.hpp"
#include "engine/raw_codec.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// How a kind of file begins; '?' stands for any byte.
struct Signature {
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array<std::pair<Signature, ImageEncoding>, 3> kSupported = {{
    {{"\xFF\xD8\xFF", "JPEG"}, ImageEncoding::Jpeg},
    {{"\x89PNG\r\n\x1A\n", "PNG"}, ImageEncoding::Png},
    {{"RIFF????WEBP", "WebP"}, ImageEncoding::Webp},
}};

// Only for the sake of the answer.
constexpr std::array<Signature, 9> kKnown = {{
    {"GIF8", "GIF"},
    {"BM", "BMP"},
    {{"II*\0", 4}, "TIFF"},
    {{"MM\0*", 4}, "TIFF"},
    {"????ftyp", "AVIF, HEIF or MP4"},
    {"\xFF\x0A", "JPEG XL"},
    {"%PDF", "PDF"},
    {"<svg", "SVG"},
    {"<?xml", "XML"},
}};

/// Whether `bytes` agree with the signature as far as both go.
bool agrees(Bytes bytes, std::string_view signature) noexcept {
  const auto shorter = std::min(bytes.size(), signature.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    if (signature[i] != '?' && bytes[i] != static_cast<std::uint8_t>(signature[i])) return false;
  }
  return true;
}

bool begins_with(Bytes bytes, std::string_view signature) noexcept {
  return bytes.size() >= signature.size() && agrees(bytes, signature);
}

Result<ImageHeader> read_header(Bytes bytes, ImageEncoding encoding, const ImageLimits& limits) {
  switch (encoding) {
    case ImageEncoding::Jpeg: return read_jpeg_header(bytes, limits);
    case ImageEncoding::Png: return read_png_header(bytes, limits);
    case ImageEncoding::Webp: return read_webp_header(bytes, limits);
    case ImageEncoding::Raw:
    case ImageEncoding::H264: break;
  }
  check_failed("recognise() names only formats with a header", __FILE__, __LINE__);
}

}  // namespace

Result<ImageEncoding> recognise(Bytes bytes) {
  if (bytes.empty()) return unexpected(ErrorCode::CorruptMedia, "the picture is empty");
  for (const auto& [signature, encoding] : kSupported) {
    if (begins_with(bytes, signature.bytes)) return encoding;
  }
  for (const auto& signature : kKnown) {
    if (!begins_with(bytes, signature.bytes)) continue;
    return unexpected(ErrorCode::UnsupportedMedia,
                      std::string(signature.name) + " is not supported; send JPEG, PNG or WebP");
  }
  for (const auto& [signature, encoding] : kSupported) {
    if (!agrees(bytes, signature.bytes)) continue;
    return unexpected(ErrorCode::CorruptMedia,
                      std::string(signature.name) + ": the file ends within its first bytes");
  }
  return unexpected(ErrorCode::UnsupportedMedia,
                    "the content is no picture that is known; send JPEG, PNG or WebP");
}

Result<void> check_limits(std::uint64_t width_px, std::uint64_t height_px, const ImageLimits& limits) {
  const auto side_px = static_cast<std::uint64_t>(std::max(limits.side_px, 0));
  const auto size = std::to_string(width_px) + " x " + std::to_string(height_px);
  if (width_px > side_px || height_px > side_px) {
    return unexpected(ErrorCode::ImageTooLarge,
                      "the picture is " + size + ", a side may have " + std::to_string(side_px) + " pixels");
  }
  if (width_px * height_px > limits.pixels) {  // Both fit an int here: no overflow.
    return unexpected(ErrorCode::ImageTooLarge, "the picture is " + size + ", it may have " +
                                                    std::to_string(limits.pixels) + " pixels");
  }
  return {};
}

Result<ImageHeader> inspect(Bytes bytes, const ImageLimits& limits) {
  const auto encoding = recognise(bytes);
  if (!encoding) return unexpected(encoding.error());
  return read_header(bytes, *encoding, limits);
}

Result<ImageHeader> inspect(const EncodedFrame& frame, const ImageLimits& limits) {
  if (frame.encoding == ImageEncoding::Raw) return read_raw_header(frame, limits);
  if (frame.encoding == ImageEncoding::H264) {
    return unexpected(ErrorCode::UnsupportedMedia,
                      "h264 is not supported; send JPEG, PNG, WebP or raw pixels");
  }
  const auto content = recognise(frame.payload());
  if (!content) return unexpected(content.error());
  if (*content != frame.encoding) {
    return unexpected(ErrorCode::UnsupportedMedia, "declared as " + std::string(to_string(frame.encoding)) +
                                                       ", but the content is " +
                                                       std::string(to_string(*content)));
  }
  return read_header(frame.payload(), *content, limits);
}

Exif read_exif(Bytes picture) {
  const auto encoding = recognise(picture);
  if (!encoding) return {};
  switch (*encoding) {
    case ImageEncoding::Jpeg: return parse_exif(find_jpeg_exif(picture));
    case ImageEncoding::Png: return parse_exif(find_png_exif(picture));
    case ImageEncoding::Webp: return parse_exif(find_webp_exif(picture));
    case ImageEncoding::Raw:
    case ImageEncoding::H264: break;
  }
  return {};
}

}  // namespace framewright::engine
