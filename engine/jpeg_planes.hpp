// Rows of a JPEG: straight from and to planes of YCbCr 4:2:0, without upsampling and conversion of colours,
// or of pixels. Internal to the JPEG codec; to be called within guarded() of the object that `info` belongs
// to.
#pragma once

#include "engine/jpeg_library.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {

/// Whether a picture whose header was read is kept that way.
bool is_ycbcr_420(const jpeg_decompress_struct& info) noexcept;

// One row of blocks at a time, 16 of luma and 8 of each chroma plane, from where `info` stands; what lies
// behind the rows, up to whole blocks, is overwritten.

void read_jpeg_plane_rows(jpeg_decompress_struct& info, const PlanarViews& planes);
/// Below the picture its last row is repeated.
void write_jpeg_plane_rows(jpeg_compress_struct& info, const PlanarViews& planes);

/// Reads a picture of the planes' size whose header was read.
void read_jpeg_planes(jpeg_decompress_struct& info, const PlanarViews& planes);

/// Writes a picture that describe() has prepared.
void write_jpeg_planes(jpeg_compress_struct& info, const PlanarViews& planes);

// As above for pixels, some rows of those before `end`.

void read_jpeg_pixel_rows(jpeg_decompress_struct& info, const kernels::ImageView& pixels, JDIMENSION end);
void write_jpeg_pixel_rows(jpeg_compress_struct& info, const kernels::ConstImageView& pixels, JDIMENSION end);

}  // namespace framewright::engine
