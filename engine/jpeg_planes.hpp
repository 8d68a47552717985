// JPEG straight from and to planes of YCbCr 4:2:0: no upsampling, no conversion of colours. Internal to the
// JPEG codec; to be called within guarded() of the object that `info` belongs to.
#pragma once

#include "engine/jpeg_library.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {

/// Whether a picture whose header was read is kept that way.
bool is_ycbcr_420(const jpeg_decompress_struct& info) noexcept;

/// Reads a picture of the planes' size whose header was read.
void read_jpeg_planes(jpeg_decompress_struct& info, const PlanarViews& planes);

/// Writes a picture that describe() has prepared. What lies behind the rows, up to whole blocks, is
/// overwritten.
void write_jpeg_planes(jpeg_compress_struct& info, const PlanarViews& planes);

}  // namespace framewright::engine
