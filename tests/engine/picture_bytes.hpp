// Picture files put together by hand, part by part, for tests that look at their structure.
#pragma once

#include <zlib.h>
#include <cstdint>
#include <string>
#include <string_view>

namespace framewright::engine {

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

inline std::string little_endian(std::uint64_t value, int bytes) {
  const std::string text = big_endian(value, bytes);
  return {text.rbegin(), text.rend()};
}

/// EXIF with an orientation and a GPS directory.
inline std::string exif_with_place(int orientation) {
  std::string tiff("MM\0\x2a\0\0\0\x08", 8);
  tiff += big_endian(2, 2);
  tiff += big_endian(0x0112, 2) + big_endian(3, 2) + big_endian(1, 4) +
          big_endian(static_cast<std::uint64_t>(orientation), 2) + big_endian(0, 2);
  tiff += big_endian(0x8825, 2) + big_endian(4, 2) + big_endian(1, 4) + big_endian(38, 4);
  tiff += big_endian(0, 4);
  tiff += big_endian(1, 2) + big_endian(1, 2) + big_endian(2, 2) + big_endian(6, 4) + big_endian(56, 4) +
          big_endian(0, 4);
  return tiff + "SECRET";
}

/// EXIF that says nothing but the orientation.
inline std::string bare_exif(int orientation) {
  return std::string("MM\0\x2a\0\0\0\x08", 8) + big_endian(1, 2) + big_endian(0x0112, 2) + big_endian(3, 2) +
         big_endian(1, 4) + big_endian(static_cast<std::uint64_t>(orientation), 2) + big_endian(0, 2) +
         big_endian(0, 4);
}

inline std::string jpeg_segment(int marker, const std::string& content) {
  return "\xff" + big_endian(static_cast<std::uint64_t>(marker), 1) + big_endian(content.size() + 2, 2) +
         content;
}

inline std::string png_chunk(const std::string& type, const std::string& content) {
  const std::string body = type + content;
  const uLong crc = ::crc32(::crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(body.data()),
                            static_cast<uInt>(body.size()));
  return big_endian(content.size(), 4) + body + big_endian(crc, 4);
}

inline std::string riff_chunk(const std::string& type, const std::string& content) {
  return type + little_endian(content.size(), 4) + content + std::string(content.size() % 2, '\0');
}

/// A whole PNG of one colour, RGB, with `extra` chunks before its pixels.
inline std::string png_of(int width, int height, const std::string& extra = {}) {
  const std::size_t row_bytes = 1 + static_cast<std::size_t>(width) * 3;
  const std::string rows(row_bytes * static_cast<std::size_t>(height), '\0');
  uLongf packed_bytes = ::compressBound(static_cast<uLong>(rows.size()));
  std::string packed(packed_bytes, '\0');
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &packed_bytes,
             reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()));
  packed.resize(packed_bytes);
  const std::string header = big_endian(static_cast<std::uint64_t>(width), 4) +
                             big_endian(static_cast<std::uint64_t>(height), 4) +
                             std::string("\x08\x02\0\0\0", 5);
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) + extra + png_chunk("IDAT", packed) +
         png_chunk("IEND", "");
}

}  // namespace framewright::engine
