// Rows of a JPEG: straight from and to planes of YCbCr 4:2:0, without upsampling and conversion of colours,
// or of pixels. Internal to the JPEG codec; to be called within guarded() of the object that `info` belongs
// to.
#pragma once

#include <array>

#include "engine/jpeg_library.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {

/// Whether the library, too, finds that a picture whose header was read is kept so. Only for those that
/// can_stay_in_planes().
bool has_planes(const jpeg_decompress_struct& info, ColourPlanes planes) noexcept;

/// Reads a picture as planes of 4:2:0: chroma that comes larger is halved, by means as JPEG's own encoders
/// make them. It does so at a part of the size, too: there the library scales chroma up to luma.
///
/// Memory    what is halved lies in memory of the library, until the picture ends.
class JpegPlaneReader {
 public:
  /// Starts on a picture whose header was read and that has_planes(), at so many eighths of its size.
  void begin(jpeg_decompress_struct& info, int eighths);
  /// Reads the next rows, at most 16 of luma; what lies behind the rows and below the picture, up to whole
  /// blocks, is overwritten.
  void read_rows(jpeg_decompress_struct& info, const PlanarViews& planes);

 private:
  void halve(const jpeg_component_info& component, const JSAMPARRAY rows, const kernels::ImageView& plane,
             int line) const;

  bool halves_across_ = false;
  bool halves_down_ = false;
  std::array<JSAMPARRAY, 2> larger_ = {};  ///< rows of Cb and Cr that are yet to be halved
};

/// Writes one row of blocks, 16 of luma and 8 of each chroma plane, from where `info` stands. Below the
/// picture its last row is repeated; what lies behind the rows, up to whole blocks, is overwritten.
void write_jpeg_plane_rows(jpeg_compress_struct& info, const PlanarViews& planes);

/// Reads a picture whose header was read, at so many eighths of its size, which is the planes'.
void read_jpeg_planes(jpeg_decompress_struct& info, int eighths, const PlanarViews& planes);

/// Writes a picture that describe() has prepared.
void write_jpeg_planes(jpeg_compress_struct& info, const PlanarViews& planes);

/// Whether such pixels can be read of a picture whose header was read: gray of its luma, too.
bool has_channels(const jpeg_decompress_struct& info, int channels) noexcept;
/// Starts on a picture that has_channels(), at as many eighths of its size as the header says.
void begin_jpeg_pixels(jpeg_decompress_struct& info, const ImageHeader& header);

// As above for pixels, some rows of those before `end`.

void read_jpeg_pixel_rows(jpeg_decompress_struct& info, const kernels::ImageView& pixels, JDIMENSION end);
void write_jpeg_pixel_rows(jpeg_compress_struct& info, const kernels::ConstImageView& pixels, JDIMENSION end);

}  // namespace framewright::engine
