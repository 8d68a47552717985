#include "engine/exif.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "engine/byte_reader.hpp"

namespace framewright::engine {
namespace {

// Tags and types: CIPA DC-008 (Exif 2.32), TIFF 6.0.
enum class Tag : std::uint16_t {
  Make = 0x010F,
  Model = 0x0110,
  Orientation = 0x0112,
  DateTime = 0x0132,
  ExifDirectory = 0x8769,
  DateTimeOriginal = 0x9003,
};
constexpr std::uint16_t kTypeAscii = 2;
constexpr std::size_t kEntryBytes = 12;
constexpr std::size_t kMaxTextChars = 64;

struct Tiff {
  std::span<const std::uint8_t> bytes;
  ByteOrder order;

  std::optional<std::uint16_t> u16(std::size_t at) const {
    return read_number<std::uint16_t>(bytes, at, order);
  }
  std::optional<std::uint32_t> u32(std::size_t at) const {
    return read_number<std::uint32_t>(bytes, at, order);
  }
};

std::optional<Tiff> open_tiff(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8) return std::nullopt;
  if (bytes[0] == 'I' && bytes[1] == 'I' && bytes[2] == 42 && bytes[3] == 0)
    return Tiff{bytes, ByteOrder::Little};
  if (bytes[0] == 'M' && bytes[1] == 'M' && bytes[2] == 0 && bytes[3] == 42)
    return Tiff{bytes, ByteOrder::Big};
  return std::nullopt;
}

/// Offset of the entry of `tag` in the directory at `directory`.
std::optional<std::size_t> find_entry(const Tiff& tiff, std::uint32_t directory, Tag tag) {
  const auto count = tiff.u16(directory);
  if (!count) return std::nullopt;
  for (std::size_t i = 0; i < *count; ++i) {
    const std::size_t entry = std::size_t{directory} + 2 + i * kEntryBytes;
    const auto found = tiff.u16(entry);
    if (!found) return std::nullopt;
    if (*found == static_cast<std::uint16_t>(tag)) return entry;
  }
  return std::nullopt;
}

std::string read_text(const Tiff& tiff, std::uint32_t directory, Tag tag) {
  const auto entry = find_entry(tiff, directory, tag);
  if (!entry || tiff.u16(*entry + 2) != kTypeAscii) return {};
  const auto count = tiff.u32(*entry + 4);
  if (!count) return {};
  std::size_t at = *entry + 8;  // Up to four bytes lie in the entry itself.
  if (*count > 4) {
    const auto offset = tiff.u32(at);
    if (!offset) return {};
    at = *offset;
  }
  if (at > tiff.bytes.size() || *count > tiff.bytes.size() - at) return {};
  std::string text;
  for (const auto byte : tiff.bytes.subspan(at, std::min<std::size_t>(*count, kMaxTextChars))) {
    if (byte == 0) break;
    text.push_back(byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '?');
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

int read_orientation(const Tiff& tiff, std::uint32_t directory) {
  const auto entry = find_entry(tiff, directory, Tag::Orientation);
  if (!entry) return 1;
  const auto value = tiff.u16(*entry + 8);
  return value && *value >= 1 && *value <= 8 ? *value : 1;
}

/// "2024:05:17 10:11:12" as RFC 3339 without a zone; empty when it is not of that form.
std::string to_rfc3339(const std::string& exif_time) {
  constexpr std::string_view kForm = "dddd:dd:dd dd:dd:dd";
  if (exif_time.size() != kForm.size()) return {};
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = exif_time[i] >= '0' && exif_time[i] <= '9';
    if (kForm[i] == 'd' ? !digit : exif_time[i] != kForm[i]) return {};
  }
  std::string text = exif_time;
  text[4] = text[7] = '-';
  text[10] = 'T';
  return text;
}

}  // namespace

Exif parse_exif(std::span<const std::uint8_t> bytes) {
  const auto tiff = open_tiff(bytes);
  if (!tiff) return {};
  const auto directory = tiff->u32(4);
  if (!directory) return {};
  Exif exif;
  exif.orientation = read_orientation(*tiff, *directory);
  exif.camera_make = read_text(*tiff, *directory, Tag::Make);
  exif.camera_model = read_text(*tiff, *directory, Tag::Model);
  exif.taken_at = to_rfc3339(read_text(*tiff, *directory, Tag::DateTime));
  const auto exif_entry = find_entry(*tiff, *directory, Tag::ExifDirectory);
  const auto exif_directory = exif_entry ? tiff->u32(*exif_entry + 8) : std::nullopt;
  if (exif_directory) {
    auto original = to_rfc3339(read_text(*tiff, *exif_directory, Tag::DateTimeOriginal));
    if (!original.empty()) exif.taken_at = std::move(original);
  }
  return exif;
}

}  // namespace framewright::engine
