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

/// Lent to write_gray_jpeg().
struct GrayJpegRoom {
  std::span<std::uint8_t> out;         ///< at least JpegEncoder::worst_bytes() of the gray picture
  std::span<std::uint32_t> workspace;  ///< gray_jpeg_workspace_words()
};
std::size_t gray_jpeg_workspace_words(const Geometry& geometry) noexcept;

/// Writes the luma of a picture in YCbCr, whose header read_jpeg_header() accepted, as a gray JPEG of this
/// quality. Luma is not smaller than chroma. Coefficients are quantised anew where the quality differs.
/// Returns its size.
///
/// Memory    where the picture is no baseline JPEG of one scan, the library keeps every coefficient:
///           ImageHeader::coefficient_bytes.
/// Errors    as JpegDecoder::decode() and JpegEncoder::encode().
Result<std::size_t> write_gray_jpeg(JpegDecoder& decoder, const JpegPicture& picture, JpegEncoder& encoder,
                                    int quality, const GrayJpegRoom& room);

}  // namespace framewright::engine
