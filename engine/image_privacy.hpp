// What a picture file tells beside its pixels, and how to keep that to oneself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// The same picture without EXIF, XMP, IPTC and comments: no place, no owner, no preview from before a crop.
/// Pixels are not encoded anew, the colour profile stays, and an orientation other than upright is written
/// back alone. `header` is what inspect() said of the file.
///
/// Errors   CorruptMedia (a file whose parts do not fit together), UnsupportedMedia (not JPEG, PNG or WebP).
/// Source   ITU-T T.81 annex B, PNG 1.2 chapter 5 with its eXIf extension, RFC 9649.
Result<std::vector<std::uint8_t>> without_private_metadata(std::span<const std::uint8_t> file,
                                                           const ImageHeader& header);

}  // namespace framewright::engine
