// Headers of the single formats, as inspect() reads them. Internal to the codecs.
#pragma once

#include <span>

#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// Which format `bytes` begin with.
///
/// Errors   CorruptMedia when they end within a signature, UnsupportedMedia for everything else, by name if
///          known.
Result<ImageEncoding> recognise(std::span<const std::uint8_t> bytes);

/// Errors   ImageTooLarge, with the numbers.
Result<void> check_limits(std::uint64_t width_px, std::uint64_t height_px, const ImageLimits& limits);

/// Each takes bytes that begin with the signature of its format, and checks the limits as soon as it has the
/// size.
///
/// Errors   CorruptMedia, UnsupportedMedia, ImageTooLarge.
Result<ImageHeader> read_jpeg_header(std::span<const std::uint8_t> bytes, const ImageLimits& limits);
Result<ImageHeader> read_png_header(std::span<const std::uint8_t> bytes, const ImageLimits& limits);
Result<ImageHeader> read_webp_header(std::span<const std::uint8_t> bytes, const ImageLimits& limits);

/// The TIFF structure of the picture's EXIF; empty when there is none. Same bytes as above.
std::span<const std::uint8_t> find_jpeg_exif(std::span<const std::uint8_t> bytes);
std::span<const std::uint8_t> find_png_exif(std::span<const std::uint8_t> bytes);
std::span<const std::uint8_t> find_webp_exif(std::span<const std::uint8_t> bytes);

}  // namespace framewright::engine
