// EXIF: the few tags worth knowing about a picture, read by a bounded parser; never where it was taken.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace framewright::engine {

struct Exif {
  int orientation = 1;            ///< 1 to 8
  std::string camera_make = {};   ///< printable ASCII, at most 64 characters; empty when unknown
  std::string camera_model = {};  ///< likewise
  std::string taken_at = {};      ///< "2024-05-17T10:11:12", local time of the camera; empty when unknown
  bool operator==(const Exif&) const = default;
};

/// Reads TIFF-structured EXIF ("II*\0..." or "MM\0*..."). What is malformed is as if it were absent: EXIF
/// never makes a picture unreadable.
Exif parse_exif(std::span<const std::uint8_t> tiff);

/// Reads the EXIF of a JPEG, PNG or WebP file; defaults where there is none.
Exif read_exif(std::span<const std::uint8_t> picture);

}  // namespace framewright::engine
