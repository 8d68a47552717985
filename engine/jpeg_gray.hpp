// A gray JPEG of the luma of another, by its coefficients: no pixel is made.
#pragma once

#include <cstdint>
#include <span>

#include "engine/jpeg_codec.hpp"

namespace framewright::engine {

struct JpegPicture {
  std::span<const std::uint8_t> bytes;
  Geometry geometry;  ///< as its header says
};

/// Writes the luma of a picture in YCbCr, whose header read_jpeg_header() accepted, as a gray JPEG of this
/// quality into `out` of at least JpegEncoder::worst_bytes(). Coefficients are quantised anew where the
/// quality differs. Returns its size.
///
/// Memory    the library keeps every coefficient: ImageHeader::coefficient_bytes.
/// Errors    as JpegDecoder::decode() and JpegEncoder::encode().
Result<std::size_t> write_gray_jpeg(JpegDecoder& decoder, const JpegPicture& picture, JpegEncoder& encoder,
                                    int quality, std::span<std::uint8_t> out);

}  // namespace framewright::engine
