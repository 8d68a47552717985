#include "engine/image_privacy.hpp"

#include <zlib.h>
#include <algorithm>
#include <array>
#include <string_view>

namespace framewright::engine {
namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr int kUpright = 1;

void append(Bytes& out, View bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_text(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

void append_big_endian(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append_little_endian(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint32_t big_endian(View bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = (value << 8U) | byte;
  return value;
}

bool starts_with(View bytes, std::string_view text) noexcept {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

/// EXIF that says nothing but the orientation: one directory with one entry, big-endian.
Bytes orientation_exif(int orientation) {
  Bytes tiff{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1};
  append_big_endian(tiff, 0x0112, 2);  // Orientation
  append_big_endian(tiff, 3, 2);       // a SHORT
  append_big_endian(tiff, 1, 4);       // one of them
  append_big_endian(tiff, static_cast<std::uint64_t>(orientation), 2);
  append_big_endian(tiff, 0, 2 + 4);  // padding; no further directory
  return tiff;
}

Unexpected broken(const char* what) {
  return unexpected(ErrorCode::CorruptMedia, std::string("the file's ") + what + " do not fit together");
}

// JPEG: markers with segments up to the scan data, which itself contains further segments when progressive.

bool is_kept_jpeg_segment(std::uint8_t marker, View content) noexcept {
  const bool application = marker >= 0xE0 && marker <= 0xEF;
  const bool comment = marker == 0xFE;
  if (!application && !comment) return true;
  const bool jfif = marker == 0xE0 && starts_with(content, "JFIF");
  const bool colour_profile = marker == 0xE2 && starts_with(content, "ICC_PROFILE");
  const bool colour_transform = marker == 0xEE && starts_with(content, "Adobe");
  return jfif || colour_profile || colour_transform;
}

/// Where the scan data that starts at `at` ends: before the next marker that is no restart and no stuffed
/// byte.
std::size_t end_of_scan(View file, std::size_t at) noexcept {
  for (; at + 1 < file.size(); ++at) {
    const std::uint8_t next = file[at + 1];
    const bool in_scan = next == 0x00 || next == 0xFF || (next >= 0xD0 && next <= 0xD7);
    if (file[at] == 0xFF && !in_scan) return at;
  }
  return file.size();
}

Result<Bytes> clean_jpeg(View file, int orientation) {
  Bytes out{0xFF, 0xD8};
  if (orientation != kUpright) {
    const Bytes exif = orientation_exif(orientation);
    append_big_endian(out, 0xFFE1, 2);
    append_big_endian(out, 2 + 6 + exif.size(), 2);
    append_text(out, std::string_view("Exif\0\0", 6));
    append(out, exif);
  }
  std::size_t at = 2;
  while (at + 4 <= file.size()) {
    if (file[at] != 0xFF) return broken("segments");
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    if (marker == 0xD9) break;
    const std::size_t length = big_endian(file.subspan(at + 2, 2));
    if (length < 2 || length > file.size() - at - 2) return broken("segments");
    const View segment = file.subspan(at, 2 + length);
    if (is_kept_jpeg_segment(marker, segment.subspan(4))) append(out, segment);
    at += segment.size();
    if (marker != 0xDA) continue;
    const std::size_t end = end_of_scan(file, at);
    append(out, file.subspan(at, end - at));
    at = end;
  }
  // What follows the end of the picture, such as the second picture of a phone, is not kept.
  append_big_endian(out, 0xFFD9, 2);
  return out;
}

// PNG: a signature and chunks of length, type, content, CRC.

constexpr std::size_t kPngSignatureBytes = 8;
constexpr std::size_t kPngFrameBytes = 12;

bool is_kept_png_chunk(std::string_view type) noexcept {
  constexpr std::array<std::string_view, 5> kPrivate{"eXIf", "tEXt", "zTXt", "iTXt", "tIME"};
  return std::ranges::find(kPrivate, type) == kPrivate.end();
}

void append_png_chunk(Bytes& out, std::string_view type, View content) {
  append_big_endian(out, content.size(), 4);
  const std::size_t start = out.size();
  append_text(out, type);
  append(out, content);
  append_big_endian(
      out, ::crc32(::crc32(0, nullptr, 0), out.data() + start, static_cast<uInt>(out.size() - start)), 4);
}

Result<Bytes> clean_png(View file, int orientation) {
  Bytes out;
  append(out, file.first(std::min(kPngSignatureBytes, file.size())));
  std::size_t at = kPngSignatureBytes;
  while (at + kPngFrameBytes <= file.size()) {
    const std::size_t length = big_endian(file.subspan(at, 4));
    if (length > file.size() - at - kPngFrameBytes) return broken("chunks");
    const std::string_view type(reinterpret_cast<const char*>(file.data()) + at + 4, 4);
    const View chunk = file.subspan(at, kPngFrameBytes + length);
    if (is_kept_png_chunk(type)) append(out, chunk);
    if (type == "IHDR" && orientation != kUpright)
      append_png_chunk(out, "eXIf", orientation_exif(orientation));
    if (type == "IEND") return out;
    at += chunk.size();
  }
  return broken("chunks");
}

// WebP: a RIFF container of chunks, padded to even length; VP8X announces which there are.

constexpr std::size_t kRiffHeaderBytes = 12;
constexpr std::size_t kRiffChunkBytes = 8;
constexpr std::uint8_t kVp8xExif = 0x08;
constexpr std::uint8_t kVp8xXmp = 0x04;

std::uint32_t little_endian(View bytes) noexcept {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8U |
         static_cast<std::uint32_t>(bytes[2]) << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
}

void append_riff_chunk(Bytes& out, std::string_view type, View content) {
  append_text(out, type);
  append_little_endian(out, content.size(), 4);
  append(out, content);
  if (content.size() % 2 != 0) out.push_back(0);
}

/// The VP8X header with its flags corrected for what is kept.
Bytes clean_vp8x(View content, int orientation) {
  Bytes header(content.begin(), content.end());
  if (header.empty()) return header;
  header[0] = static_cast<std::uint8_t>(header[0] & ~(kVp8xExif | kVp8xXmp));
  if (orientation != kUpright) header[0] = static_cast<std::uint8_t>(header[0] | kVp8xExif);
  return header;
}

Result<Bytes> clean_webp(View file, int orientation) {
  constexpr std::array<std::string_view, 6> kKept{"VP8 ", "VP8L", "ALPH", "ICCP", "ANIM", "ANMF"};
  Bytes chunks;
  std::size_t at = kRiffHeaderBytes;
  while (at + kRiffChunkBytes <= file.size()) {
    const std::size_t length = little_endian(file.subspan(at + 4, 4));
    if (length > file.size() - at - kRiffChunkBytes) return broken("chunks");
    const std::string_view type(reinterpret_cast<const char*>(file.data()) + at, 4);
    const View content = file.subspan(at + kRiffChunkBytes, length);
    if (type == "VP8X") append_riff_chunk(chunks, type, clean_vp8x(content, orientation));
    if (std::ranges::find(kKept, type) != kKept.end()) append_riff_chunk(chunks, type, content);
    at += kRiffChunkBytes + length + length % 2;
  }
  // Only a file with VP8X can have come with an orientation.
  if (orientation != kUpright) append_riff_chunk(chunks, "EXIF", orientation_exif(orientation));
  Bytes out;
  append_text(out, "RIFF");
  append_little_endian(out, 4 + chunks.size(), 4);
  append_text(out, "WEBP");
  append(out, chunks);
  return out;
}

}  // namespace

Result<std::vector<std::uint8_t>> without_private_metadata(std::span<const std::uint8_t> file,
                                                           const ImageHeader& header) {
  switch (header.encoding) {
    case ImageEncoding::Jpeg: return clean_jpeg(file, header.orientation);
    case ImageEncoding::Png: return clean_png(file, header.orientation);
    case ImageEncoding::Webp: return clean_webp(file, header.orientation);
    case ImageEncoding::Raw:
    case ImageEncoding::H264: break;
  }
  return unexpected(ErrorCode::UnsupportedMedia,
                    "only PNG, JPEG and WebP carry metadata that can be left out");
}

}  // namespace framewright::engine
